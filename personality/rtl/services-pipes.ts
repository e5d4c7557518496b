/**
 * Named pipes and mailslots: a part of services.ts. Their other services are those of files
 * (services-files.ts); constants and structures are in pipes.ts.
 */
import { service } from './service.ts';

export const pipeServices = {
  /**
   * The first instance of a pipe, or a further one. `share` says what the other end may do:
   * FILE_SHARE_WRITE alone makes an inbound pipe. `timeout`, for FSCTL_PIPE_WAIT: 100 ns, negative.
   */
  NtCreateNamedPipeFile: service(
    225,
    {
      name: 'str',
      root: 'u32',
      access: 'u32',
      share: 'u32',
      disposition: 'u32',
      options: 'u32',
      type: 'u32',
      readMode: 'u32',
      completionMode: 'u32',
      maximumInstances: 'u32',
      inboundQuota: 'u32',
      outboundQuota: 'u32',
      timeout: 'i64',
    },
    { handle: 'u32', information: 'u32' },
  ),
  /**
   * `quota`: bytes of messages that nobody has read. `maximumMessage` 0: no limit of its own.
   * `timeout` of reads: 100 ns, negative; 0: they do not wait; -1: as long as it takes.
   */
  NtCreateMailslotFile: service(
    226,
    {
      name: 'str',
      root: 'u32',
      access: 'u32',
      options: 'u32',
      quota: 'u32',
      maximumMessage: 'u32',
      timeout: 'i64',
    },
    { handle: 'u32', information: 'u32' },
  ),
} as const;
