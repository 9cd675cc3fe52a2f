import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{faultOf,findGenuineAgent}from"./chunk-BCYDJEEM.js";import"./chunk-QCGN2ZM5.js";export{faultOf,findGenuineAgent};
