import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);
import{a,b}from"./chunk-75I2GGG4.js";import"./chunk-AMAELZ7O.js";export{b as faultOf,a as findGenuineAgent};
