/** The browser does not answer, or not soon: crossed with every action. */
import { crossing } from './store-crossing.ts';

crossing('silent');
