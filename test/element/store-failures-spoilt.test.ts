/** What is kept is damaged, deleted or taken: crossed with every action. */
import { crossing } from './store-crossing.ts';

crossing('spoilt');
