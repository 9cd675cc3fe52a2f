import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{faultSchema,faultSettings,readFaultFlags}from"./chunk-S6VHUUKI.js";import"./chunk-FAHV4HUI.js";import"./chunk-QCGN2ZM5.js";export{faultSchema,faultSettings,readFaultFlags};
