/** Raised: who is asked, and what a filter may answer. */
import {
  EXCEPTION_CONTINUE_EXECUTION as CONTINUE,
  EXCEPTION_EXECUTE_HANDLER as EXECUTE,
  GetExceptionCode,
  RtlRaiseException,
  RtlRaiseStatus,
  EXCEPTION_CONTINUE_SEARCH as SEARCH,
  tryExcept,
} from '../../../personality/rtl/seh/index.ts';
import { DISK_FULL, except, filter, guarded, handler, type Row } from './rows-kit.ts';

export const RAISED: readonly Row[] = [
  {
    what: 'nothing is raised',
    order: 'body, inner finally (normal), after',
    async run(say, seh) {
      await except(say, seh, 'outer', EXECUTE, (seh) =>
        guarded(say, seh, 'inner', () => say('body')),
      );
      say('after');
    },
  },
  {
    what: 'a body returns early: it ends normally, as with `__leave`',
    order: 'inner finally (normal), after',
    async run(say, seh) {
      await guarded(say, seh, 'inner', () => 5);
      say('after');
    },
  },
  {
    what: 'a raise whose filter takes it',
    order: 'body, outer filter (DISK_FULL), outer handler (DISK_FULL), after',
    async run(say, seh) {
      await except(say, seh, 'outer', EXECUTE, async (seh) => {
        say('body');
        await RtlRaiseStatus(seh, DISK_FULL);
        say('never');
      });
      say('after');
    },
  },
  {
    what: 'a constant for a filter',
    order: 'outer handler (DISK_FULL)',
    run: (say, seh) =>
      tryExcept(seh, (seh) => RtlRaiseStatus(seh, DISK_FULL), EXECUTE, handler(say, 'outer')),
  },
  {
    what: 'the inner filter lets it pass',
    order: 'inner filter (DISK_FULL), outer filter (DISK_FULL), outer handler (DISK_FULL)',
    run: (say, seh) =>
      except(say, seh, 'outer', EXECUTE, (seh) =>
        except(say, seh, 'inner', SEARCH, (seh) => RtlRaiseStatus(seh, DISK_FULL)),
      ),
  },
  {
    what: 'filters run before anything is unwound',
    order:
      'middle filter (DISK_FULL), outer filter (DISK_FULL), inner finally (abnormal), ' +
      'last finally (abnormal), outer handler (DISK_FULL)',
    run: (say, seh) =>
      except(say, seh, 'outer', EXECUTE, (seh) =>
        guarded(say, seh, 'last', (seh) =>
          except(say, seh, 'middle', SEARCH, (seh) =>
            guarded(say, seh, 'inner', (seh) => RtlRaiseStatus(seh, DISK_FULL)),
          ),
        ),
      ),
  },
  {
    what: 'a filter has the body go on: nothing is unwound',
    order: 'outer filter (DISK_FULL), on in the body, inner finally (normal), after',
    async run(say, seh) {
      await except(say, seh, 'outer', CONTINUE, (seh) =>
        guarded(say, seh, 'inner', async (seh) => {
          await RtlRaiseException(seh, { code: DISK_FULL });
          say('on in the body');
        }),
      );
      say('after');
    },
  },
  {
    what: 'a filter waits',
    order: 'waiting, outer handler (DISK_FULL)',
    run: (say, seh) =>
      tryExcept(
        seh,
        (seh) => RtlRaiseStatus(seh, DISK_FULL),
        async () => {
          await undefined;
          say('waiting');
          return EXECUTE;
        },
        handler(say, 'outer'),
      ),
  },
  {
    what: 'going on after what is noncontinuable',
    order:
      'inner filter (DISK_FULL), inner filter (NONCONTINUABLE_EXCEPTION), ' +
      'inner handler (NONCONTINUABLE_EXCEPTION)',
    run: (say, seh) =>
      tryExcept(
        seh,
        (seh) => RtlRaiseStatus(seh, DISK_FULL),
        (exception, own) => {
          const first = GetExceptionCode(exception) === DISK_FULL;
          return filter(say, 'inner', first ? CONTINUE : EXECUTE)(exception, own);
        },
        handler(say, 'inner'),
      ),
  },
  {
    what: 'a filter answers nonsense',
    order:
      'inner filter (DISK_FULL), inner filter (INVALID_DISPOSITION), ' +
      'inner handler (INVALID_DISPOSITION)',
    run: (say, seh) =>
      tryExcept(
        seh,
        (seh) => RtlRaiseStatus(seh, DISK_FULL),
        (exception, own) =>
          filter(
            say,
            'inner',
            GetExceptionCode(exception) === DISK_FULL ? 7 : EXECUTE,
          )(exception, own),
        handler(say, 'inner'),
      ),
  },
];
