/**
 * The numbers that kernel and user library share: system calls, object types, invocation labels,
 * errors, message layout.
 *
 * Compiled by AssemblyScript (into the kernel) and by TypeScript (into personality/sel4): plain
 * untyped constants only. Values follow seL4's master API with 32-bit layouts: libsel4 manual,
 * chapters 2-4 and 10 (API reference).
 */

// System calls, in the order of syscall.xml.
export const SysCall = -1;
export const SysReplyRecv = -2;
export const SysSend = -3;
export const SysNBSend = -4;
export const SysRecv = -5;
export const SysReply = -6;
export const SysYield = -7;
export const SysNBRecv = -8;

// Errors.
export const seL4_NoError = 0;
export const seL4_InvalidArgument = 1;
export const seL4_InvalidCapability = 2;
export const seL4_IllegalOperation = 3;
export const seL4_RangeError = 4;
export const seL4_AlignmentError = 5;
export const seL4_FailedLookup = 6;
export const seL4_TruncatedMessage = 7;
export const seL4_DeleteFirst = 8;
export const seL4_RevokeFirst = 9;
export const seL4_NotEnoughMemory = 10;

// Lookup failures.
export const seL4_NoFailure = 0;
export const seL4_InvalidRoot = 1;
export const seL4_MissingCapability = 2;
export const seL4_DepthMismatch = 3;
export const seL4_GuardMismatch = 4;

// Faults.
export const seL4_NullFault = 0;
export const seL4_CapFault = 1;
export const seL4_UnknownSyscall = 2;
export const seL4_UserException = 3;
export const seL4_VMFault = 5;

// Object types for Untyped_Retype.
export const seL4_UntypedObject = 0;
export const seL4_TCBObject = 1;
export const seL4_EndpointObject = 2;
export const seL4_NotificationObject = 3;
export const seL4_CapTableObject = 4;
/**
 * A frame of 4 KiB. From device memory: a page of RAM. From kernel memory: an IPC buffer or boot
 * info page.
 */
export const seL4_X86_4K = 5;
/** A page table: 1024 entries, maps 4 MiB. */
export const seL4_X86_PageTableObject = 6;
/** A page directory: 1024 page tables; the VSpace. */
export const seL4_X86_PageDirectoryObject = 7;
export const seL4_ObjectTypeCount = 8;

// Sizes, in bits.
export const seL4_WordBits = 32;
export const seL4_SlotBits = 4;
export const seL4_TCBBits = 10;
export const seL4_EndpointBits = 4;
export const seL4_NotificationBits = 4;
export const seL4_PageBits = 12;
export const seL4_PageTableBits = 12;
export const seL4_PageDirBits = 12;
export const seL4_MinUntypedBits = 4;
export const seL4_MaxUntypedBits = 29;
export const seL4_BadgeBits = 28;
export const seL4_RetypeFanOutLimit = 256;

// Rights word.
export const seL4_CanWrite = 1;
export const seL4_CanRead = 2;
export const seL4_CanGrant = 4;
export const seL4_CanGrantReply = 8;
export const seL4_AllRights = 15;

// Message: registers and IPC buffer, in words.
export const seL4_MsgMaxLength = 120;
export const seL4_MsgMaxExtraCaps = 3;
/** Message registers that live in the TCB; the others live in the IPC buffer at the same index. */
export const seL4_MsgRegisters = 4;
export const IPCBUF_TAG = 0;
export const IPCBUF_MSG = 1;
export const IPCBUF_USERDATA = 121;
export const IPCBUF_CAPS = 122;
export const IPCBUF_RECEIVE_CNODE = 125;
export const IPCBUF_RECEIVE_INDEX = 126;
export const IPCBUF_RECEIVE_DEPTH = 127;
export const IPCBUF_BITS = 9;

// Invocation labels, in the order of the XML files.
export const UntypedRetype = 1;
export const TCBReadRegisters = 2;
export const TCBWriteRegisters = 3;
export const TCBCopyRegisters = 4;
export const TCBConfigure = 5;
export const TCBSetPriority = 6;
export const TCBSetMCPriority = 7;
export const TCBSetSchedParams = 8;
export const TCBSetIPCBuffer = 9;
export const TCBSetSpace = 10;
export const TCBSuspend = 11;
export const TCBResume = 12;
export const TCBBindNotification = 13;
export const TCBUnbindNotification = 14;
export const TCBSetAffinity = 15;
export const TCBSetTLSBase = 16;
export const TCBSetFlags = 17;
export const CNodeRevoke = 18;
export const CNodeDelete = 19;
export const CNodeCancelBadgedSends = 20;
export const CNodeCopy = 21;
export const CNodeMint = 22;
export const CNodeMove = 23;
export const CNodeMutate = 24;
export const CNodeRotate = 25;
export const CNodeSaveCaller = 26;
export const IRQIssueIRQHandler = 27;
export const IRQAckIRQ = 28;
export const IRQSetIRQHandler = 29;
export const IRQClearIRQHandler = 30;
export const DomainSetSet = 31;
export const X86PageTableMap = 32;
export const X86PageTableUnmap = 33;
export const X86PageMap = 34;
export const X86PageUnmap = 35;
export const X86PageGetAddress = 36;
export const X86IOPortControlIssue = 37;
export const X86IOPortIn8 = 38;
export const X86IOPortIn16 = 39;
export const X86IOPortIn32 = 40;
export const X86IOPortOut8 = 41;
export const X86IOPortOut16 = 42;
export const X86IOPortOut32 = 43;

// Slots of the root task's CNode (which is given a guard, so that CPtrs are plain slot numbers at
// depth 32).
export const seL4_CapNull = 0;
export const seL4_CapInitThreadTCB = 1;
export const seL4_CapInitThreadCNode = 2;
export const seL4_CapInitThreadVSpace = 3;
export const seL4_CapIRQControl = 4;
export const seL4_CapIOPortControl = 7;
export const seL4_CapBootInfoFrame = 9;
export const seL4_CapInitThreadIPCBuffer = 10;
export const seL4_CapDomain = 11;
export const seL4_NumInitialCaps = 16;

/** Radix of the root task's CNode: room for a cap to each page of RAM, and copies. */
export const ROOT_CNODE_BITS = 16;

// Interrupt lines. 0-15 are the PC's; PLATFORM_IRQ tells the root task of processor events.
export const IRQ_LINES = 32;
export const PLATFORM_IRQ = 31;
/** Tells the agent process that the page has left requests for it. */
export const HOST_IRQ = 30;
export const MAX_PROCESSORS = 32;

// User-level register numbers of TCB_Read/WriteRegisters: the thread context of this architecture.
/** Number of the entry function in the process image. */
export const REG_IP = 0;
export const REG_SP = 1;
export const REG_FLAGS = 2;
/** Arguments that the entry function gets. */
export const REG_ARG0 = 3;
export const REG_ARG1 = 4;
export const REG_ARG2 = 5;
export const REG_ARG3 = 6;
export const REG_TLS = 7;
export const REG_COUNT = 8;

// Bits of a VMFault's status: IA-32's page-fault error code.
/** Something is mapped there, but the access is not allowed. */
export const VMFAULT_PRESENT = 1;
export const VMFAULT_WRITE = 2;
/** By a user: always. */
export const VMFAULT_USER = 4;
/** Nothing there can be executed: REG_IP names no entry of the image. */
export const VMFAULT_FETCH = 16;

// UserException numbers.
/** The entry function returned. */
export const EXCEPTION_RETURNED = 0;
/**
 * An uncaught JavaScript exception; the code is an NTSTATUS where the error carries one, else
 * 0xE0000001.
 */
export const EXCEPTION_UNCAUGHT = 1;
