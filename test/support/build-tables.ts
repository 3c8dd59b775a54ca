import { writeTables } from '../../tools/write-tables.mjs'

/** Once a run: the tables that the engines of the suite scan with, where they are not what the compiler and the rules make. */
export default writeTables
