import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{a,b}from"./chunk-VFITETWJ.js";import"./chunk-5XC6WXYH.js";export{b as faultOf,a as findGenuineAgent};
