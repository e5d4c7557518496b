/** What filters, handlers and finally handlers raise themselves. */
import {
  EXCEPTION_COLLIDED_UNWIND,
  EXCEPTION_EXECUTE_HANDLER as EXECUTE,
  GetExceptionCode,
  RtlRaiseStatus,
  EXCEPTION_CONTINUE_SEARCH as SEARCH,
  type Seh,
  tryExcept,
  tryFinally,
} from '../../../personality/rtl/seh/index.ts';
import { codeName } from './names.ts';
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

export const INSIDE: readonly Row[] = [
  {
    what: 'a filter raises: those inside are asked about that, too',
    order:
      'inner filter (DISK_FULL), middle filter (DISK_FULL), inner filter (CANCELLED, nested), ' +
      'middle filter (CANCELLED, nested), outer filter (CANCELLED), ' +
      'last finally (abnormal), outer handler (CANCELLED)',
    run: (say, seh) =>
      except(say, seh, 'outer', EXECUTE, (seh) =>
        tryExcept<unknown>(
          seh,
          (seh) =>
            except(say, seh, 'inner', SEARCH, (seh) =>
              guarded(say, seh, 'last', (seh) => RtlRaiseStatus(seh, DISK_FULL)),
            ),
          async (exception, own) => {
            await filter(say, 'middle', SEARCH)(exception, own);
            if (GetExceptionCode(exception) === DISK_FULL) await RtlRaiseStatus(own, CANCELLED);
            return SEARCH;
          },
          handler(say, 'middle'),
        ),
      ),
  },
  {
    what: 'what a filter raises is handled inside',
    order:
      'inner filter (DISK_FULL), outer filter (DISK_FULL), inner filter (CANCELLED, nested), ' +
      'inner handler (CANCELLED), after the inner',
    run: (say, seh) =>
      tryExcept<unknown>(
        seh,
        async (seh) => {
          await tryExcept<unknown>(
            seh,
            (seh) => RtlRaiseStatus(seh, DISK_FULL),
            (exception, own) =>
              filter(
                say,
                'inner',
                GetExceptionCode(exception) === CANCELLED ? EXECUTE : SEARCH,
              )(exception, own),
            handler(say, 'inner'),
          );
          say('after the inner');
        },
        async (exception, own) => {
          await filter(say, 'outer', EXECUTE)(exception, own);
          return RtlRaiseStatus(own, CANCELLED);
        },
        handler(say, 'outer'),
      ),
  },
  {
    what: 'a filter guards what it does itself',
    order: 'own handler (CANCELLED), outer handler (DISK_FULL)',
    run: (say, seh) =>
      tryExcept<unknown>(
        seh,
        (seh) => RtlRaiseStatus(seh, DISK_FULL),
        async (_exception, own) => {
          const body = (seh: Seh): Promise<unknown> => RtlRaiseStatus(seh, CANCELLED);
          await tryExcept(own, body, EXECUTE, handler(say, 'own'));
          return EXECUTE;
        },
        handler(say, 'outer'),
      ),
  },
  {
    what: 'a filter with a mistake in it',
    order:
      'inner filter (DISK_FULL), outer filter (ACCESS_VIOLATION), outer handler (ACCESS_VIOLATION)',
    run: (say, seh) =>
      except(say, seh, 'outer', EXECUTE, (seh) =>
        tryExcept<unknown>(
          seh,
          (seh) => RtlRaiseStatus(seh, DISK_FULL),
          (exception, own) => {
            if (GetExceptionCode(exception) !== DISK_FULL) return SEARCH;
            void filter(say, 'inner', SEARCH)(exception, own);
            return fail() as number;
          },
          handler(say, 'inner'),
        ),
      ),
  },
  {
    what: 'a filter that fails whatever it is asked',
    order: 'inner finally (abnormal), unhandled (STACK_OVERFLOW)',
    run: (say, seh) =>
      tryExcept<unknown>(
        seh,
        (seh) => guarded(say, seh, 'inner', (seh) => RtlRaiseStatus(seh, DISK_FULL)),
        () => fail() as number,
        handler(say, 'outer'),
      ),
  },
  {
    what: 'a handler raises: its own frame is not asked',
    order:
      'inner filter (DISK_FULL), inner handler (DISK_FULL), outer filter (CANCELLED), ' +
      'outer handler (CANCELLED)',
    run: (say, seh) =>
      except(say, seh, 'outer', EXECUTE, (seh) =>
        tryExcept<unknown>(
          seh,
          (inside) => RtlRaiseStatus(inside, DISK_FULL),
          filter(say, 'inner', EXECUTE),
          (exception) => {
            handler(say, 'inner')(exception);
            return RtlRaiseStatus(seh, CANCELLED);
          },
        ),
      ),
  },
  {
    what: 'a finally raises after a normal end',
    order: 'inner finally, outer filter (CANCELLED), outer handler (CANCELLED)',
    run: (say, seh) =>
      except(say, seh, 'outer', EXECUTE, (seh) =>
        tryFinally<unknown>(
          seh,
          () => undefined,
          () => {
            say('inner finally');
            return RtlRaiseStatus(seh, CANCELLED);
          },
        ),
      ),
  },
  {
    what: 'collided unwinds: a finally raises, and it is handled before the first target',
    order:
      'middle filter (DISK_FULL), outer filter (DISK_FULL), inner finally, ' +
      'middle filter (CANCELLED), middle handler (CANCELLED, collided), after the middle',
    run: (say, seh) =>
      except(say, seh, 'outer', EXECUTE, async (seh) => {
        await tryExcept<unknown>(
          seh,
          (seh) =>
            tryFinally<unknown>(
              seh,
              (inside) => RtlRaiseStatus(inside, DISK_FULL),
              () => {
                say('inner finally');
                return RtlRaiseStatus(seh, CANCELLED);
              },
            ),
          (exception, own) =>
            filter(
              say,
              'middle',
              GetExceptionCode(exception) === CANCELLED ? EXECUTE : SEARCH,
            )(exception, own),
          ({ record }) => {
            const collided = (record.flags & EXCEPTION_COLLIDED_UNWIND) !== 0;
            say(`middle handler (${codeName(record.code)}${collided ? ', collided' : ''})`);
          },
        );
        say('after the middle');
      }),
  },
  {
    what: 'collided unwinds: the second goes beyond the first target',
    order:
      'middle filter (DISK_FULL), inner finally, middle filter (ACCESS_VIOLATION), ' +
      'outer filter (ACCESS_VIOLATION), outer handler (ACCESS_VIOLATION)',
    run: (say, seh) =>
      except(say, seh, 'outer', EXECUTE, (seh) =>
        tryExcept<unknown>(
          seh,
          (seh) =>
            tryFinally<unknown>(
              seh,
              (inside) => RtlRaiseStatus(inside, DISK_FULL),
              () => {
                say('inner finally');
                fail();
              },
            ),
          (exception, own) =>
            filter(
              say,
              'middle',
              GetExceptionCode(exception) === DISK_FULL ? EXECUTE : SEARCH,
            )(exception, own),
          handler(say, 'middle'),
        ),
      ),
  },
];
