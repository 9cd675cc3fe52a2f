import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{j as a,k as b,l as c}from"./chunk-EDRSUWBF.js";import"./chunk-WMRENE5L.js";import"./chunk-AMAELZ7O.js";export{a as faultSchema,b as faultSettings,c as readFaultFlags};
