import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{j as a,k as b,l as c}from"./chunk-BKJQHIYR.js";import"./chunk-U2O5MYRB.js";import"./chunk-5XC6WXYH.js";export{a as faultSchema,b as faultSettings,c as readFaultFlags};
