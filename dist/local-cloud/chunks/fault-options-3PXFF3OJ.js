import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{faultSchema,faultSettings,readFaultFlags}from"./chunk-KM6YHHI6.js";import"./chunk-FAHV4HUI.js";import"./chunk-QCGN2ZM5.js";export{faultSchema,faultSettings,readFaultFlags};
