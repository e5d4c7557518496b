/** The browser refuses to keep a disk: crossed with every action. */
import { crossing } from './store-crossing.ts';

crossing('refusing');
