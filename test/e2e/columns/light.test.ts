import { columnTests } from './column.ts'

columnTests('light')
