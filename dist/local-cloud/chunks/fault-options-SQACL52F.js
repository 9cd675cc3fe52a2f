import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{j as a,k as b,l as c}from"./chunk-26WOJGPM.js";import"./chunk-E5XBRZXO.js";import"./chunk-5XC6WXYH.js";export{a as faultSchema,b as faultSettings,c as readFaultFlags};
