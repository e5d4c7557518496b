/** Vectored handlers, what is thrown, the language's own catch, coroutines, and nobody. */
import {
  EXCEPTION_CONTINUE_EXECUTION as CONTINUE,
  EXCEPTION_EXECUTE_HANDLER as EXECUTE,
  type Filter,
  GetExceptionCode,
  RtlAddVectoredExceptionHandler,
  RtlRaiseException,
  RtlRaiseStatus,
  RtlRemoveVectoredExceptionHandler,
  EXCEPTION_CONTINUE_SEARCH as SEARCH,
  type Seh,
  tryExcept,
} from '../../../personality/rtl/seh/index.ts';
import { NtException } from '../../../personality/rtl/status.ts';
import {
  CANCELLED,
  DISK_FULL,
  except,
  fail,
  filter,
  guarded,
  handler,
  type Row,
} from './rows-kit.ts';

export const AROUND: readonly Row[] = [
  {
    what: 'vectored handlers, first and last, before all filters',
    order: 'first, second, third, outer filter (DISK_FULL), outer handler (DISK_FULL)',
    async run(say, seh) {
      const speak = (name: string): Filter => {
        return () => {
          say(name);
          return SEARCH;
        };
      };
      RtlAddVectoredExceptionHandler(seh, false, speak('second'));
      RtlAddVectoredExceptionHandler(seh, false, speak('third'));
      RtlAddVectoredExceptionHandler(seh, true, speak('first'));
      const gone = RtlAddVectoredExceptionHandler(seh, true, speak('gone'));
      RtlRemoveVectoredExceptionHandler(seh, gone);
      await except(say, seh, 'outer', EXECUTE, (seh) => RtlRaiseStatus(seh, DISK_FULL));
    },
  },
  {
    what: 'a vectored handler removes the next one, and has the body go on',
    order: 'first, on in the body',
    async run(say, seh) {
      RtlAddVectoredExceptionHandler(seh, false, () => {
        say('first');
        RtlRemoveVectoredExceptionHandler(seh, next);
        return SEARCH;
      });
      const next = RtlAddVectoredExceptionHandler(seh, false, () => SEARCH);
      RtlAddVectoredExceptionHandler(seh, false, () => CONTINUE);
      await except(say, seh, 'outer', EXECUTE, async (seh) => {
        await RtlRaiseException(seh, { code: DISK_FULL });
        say('on in the body');
      });
    },
  },
  {
    what: 'thrown, not raised: the innermost frame catches it, then the filters run',
    order:
      "the language's finally, outer filter (ACCESS_VIOLATION), inner finally (abnormal), " +
      'outer handler (ACCESS_VIOLATION)',
    run: (say, seh) =>
      except(say, seh, 'outer', EXECUTE, (seh) =>
        guarded(say, seh, 'inner', () => {
          try {
            return fail();
          } finally {
            say("the language's finally");
          }
        }),
      ),
  },
  {
    what: "raised: the language's finally blocks are unwound, too",
    order:
      "outer filter (DISK_FULL), the language's finally, inner finally (abnormal), " +
      'outer handler (DISK_FULL)',
    run: (say, seh) =>
      except(say, seh, 'outer', EXECUTE, (seh) =>
        guarded(say, seh, 'inner', async (seh) => {
          try {
            await RtlRaiseStatus(seh, DISK_FULL);
          } finally {
            say("the language's finally");
          }
        }),
      ),
  },
  {
    what: 'thrown, and the filter would go on: that cannot be',
    order:
      'outer filter (DISK_FULL), outer filter (NONCONTINUABLE_EXCEPTION), ' +
      'outer handler (NONCONTINUABLE_EXCEPTION)',
    run: (say, seh) =>
      tryExcept<unknown>(
        seh,
        () => {
          throw new NtException(DISK_FULL);
        },
        (exception, own) =>
          filter(
            say,
            'outer',
            GetExceptionCode(exception) === DISK_FULL ? CONTINUE : EXECUTE,
          )(exception, own),
        handler(say, 'outer'),
      ),
  },
  {
    what: "the language's catch on the way: the unwinding ends there, and the handler does not run",
    order: 'outer filter (DISK_FULL), caught, after',
    async run(say, seh) {
      await except(say, seh, 'outer', EXECUTE, async (seh) => {
        try {
          await RtlRaiseStatus(seh, DISK_FULL);
        } catch {
          say('caught');
        }
      });
      say('after');
    },
  },
  {
    what: 'it is caught and thrown again: no filter is asked twice',
    order: 'outer filter (DISK_FULL), caught, outer handler (DISK_FULL)',
    run: (say, seh) =>
      except(say, seh, 'outer', EXECUTE, async (seh) => {
        try {
          await RtlRaiseStatus(seh, DISK_FULL);
        } catch (thrown) {
          say('caught');
          throw thrown;
        }
      }),
  },
  {
    what: 'a frame that has ended is not asked',
    order: 'outer filter (DISK_FULL), outer handler (DISK_FULL)',
    run: (say, seh) =>
      except(say, seh, 'outer', EXECUTE, async (seh) => {
        const kept: Seh[] = [];
        await except(say, seh, 'inner', EXECUTE, (seh) => kept.push(seh));
        await RtlRaiseStatus(kept[0]!, DISK_FULL);
      }),
  },
  {
    what: 'two coroutines of one thread: each has its own frames',
    order:
      'one waits, two filter (CANCELLED), two handler (CANCELLED), one filter (DISK_FULL), ' +
      'one handler (DISK_FULL)',
    async run(say, seh) {
      let go = (): void => {};
      const turn = new Promise<void>((resolve) => (go = resolve));
      const one = except(say, seh, 'one', EXECUTE, async (seh) => {
        say('one waits');
        await turn;
        await RtlRaiseStatus(seh, DISK_FULL);
      });
      await except(say, seh, 'two', EXECUTE, (seh) => RtlRaiseStatus(seh, CANCELLED));
      go();
      await one;
    },
  },
  {
    what: 'nobody takes it: everything is unwound, and the process ends',
    order: 'inner filter (DISK_FULL), inner finally (abnormal), unhandled (DISK_FULL)',
    run: (say, seh) =>
      except(say, seh, 'inner', SEARCH, (seh) =>
        guarded(say, seh, 'inner', (seh) => RtlRaiseStatus(seh, DISK_FULL)),
      ),
  },
];
