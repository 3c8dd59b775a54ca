/**
 * The one buffer the kernel works on, as its writer (TypeScript) and the kernel (AssemblyScript) know it. Little-endian. All
 * offsets are bytes from the start of the buffer, all indexes count from the start of the window area, in which the piece of
 * text lies as the portable kernel's `Piece` does. Fields are 32-bit words.
 */

/** The first sixteen bytes: tells the buffer from every other one where the kernel is reached through a call that has others. */
export const MAGIC_0 = 0x7d1ce0b3
export const MAGIC_1 = 0x4b50c16d
export const MAGIC_2 = 0x1ae25f08
export const MAGIC_3 = 0x21f6d794
/** Raised with every change of this file's meaning. */
export const ABI_VERSION = 16

export const H_VERSION = 16
/** Written by the kernel: DONE, or why it did nothing. */
export const H_STATUS = 20

// What is asked: windows of matches that end in [from, end), of one group and, where there is one, the next; where the text's first byte is; whether it ends at `end`.
export const H_GROUP = 24
export const H_FROM = 28
export const H_BEGIN = 32
export const H_END = 36
export const H_ORIGIN = 40
export const H_LAST = 44
/** Index up to which leading runs were followed before: one that reaches back to here is left to the caller. */
export const H_KNOWN = 48
/** Number of the call: what is written of another in the state of a rule or run is void. */
export const H_EPOCH = 52
/** Steps of the block so far; beyond how many a rule is left to the caller when it has itself used more than its own share. */
export const H_BLOCK_STEPS = 56
export const H_WALK_STEPS = 60
export const H_RULE_STEPS = 64

// What is answered: windows that end before `reached` are done; records written; steps; the earliest start still alive.
export const H_REACHED = 68
export const H_RECORDS = 72
export const H_STEPS = 76
export const H_ALIVE = 80

// Where the tables are.
export const H_RULES = 84
export const H_RULE_TABLE = 88
export const H_RULE_STATE = 92
/** As in tables.ts, but states are byte offsets here, there are so many numbers behind the last row, and row 0 has a kind of its own. */
export const H_NEXT = 96
export const H_NEXT_LENGTH = 100
export const NEXT_PADDING = 257
export const DEAD = 2
export const H_WORD = 104
export const H_GROUPS = 108
export const H_GROUP_TABLE = 112
export const H_WINDOW = 116
export const H_WINDOW_LENGTH = 120
export const H_RECORD_TABLE = 124
/** Records there is room for; the kernel stops early when those of one more place might not find it. */
export const H_RECORD_CAPACITY = 128
export const H_RUNS = 132
export const H_RUN_TABLE = 136
export const H_RUN_STATE = 140
/** Classes of long runs; a call for the group that is so many behind the last is for one of them. */
export const H_LONG_RUNS = 144
export const H_LONG_RUN_TABLE = 148
/** Written by the kernel: with more records than this it stops. */
export const H_MOST_RECORDS = 152
/** Steps of the block, and of a rule, beyond which the kernel stops early and asks which starts of the rule can match; and the rule it asks for, -1 for none. */
export const H_ASK_STEPS = 156
export const H_ASK_RULE_STEPS = 160
export const H_ASKED = 164
export const HEADER_BYTES = 192

export const DONE = 0
export const BAD_BUFFER = 1

/** A rule: first state, its tables, bounds of its leading run when it is found behind one. */
export const R_START = 0
export const R_CLASS_OF = 4
export const R_BEFORE = 8
export const R_AFTER = 12
export const R_FLAGS = 16
export const R_RUN_SET = 20
export const R_RUN_MIN = 24
export const R_RUN_MAX = 28
/** What may stand at each place of a match: rows of flags, a word each, and how many. */
export const R_SHAPE = 32
export const R_SHAPE_LENGTH = 36
export const RULE_BYTES = 48

export const START_REFUSED = 1
export const END_REFUSED = 2
export const ANCHORED = 4
/** The rule has runs: its walks are short, and to look at it from right to left is dear. */
export const HAS_RUNS = 8

/** A run: its class, bounds, the state behind it, and whether a match may end inside (as in tables.ts). */
export const U_SET = 0
export const U_MIN = 4
export const U_MAX = 8
export const U_NEXT = 12
export const U_INSIDE = 16
export const RUN_BYTES = 32
export const INSIDE_NEVER = 0
export const INSIDE_ALWAYS = 1

/** The state of a run in one call: an index inside the stretch of its class that was looked at last, and where that ends. */
export const V_EPOCH = 0
export const V_FROM = 4
export const V_TO = 8
export const RUN_STATE_BYTES = 16

/** The state of a rule in one call: where its next match may start, steps of the block, whether its starts are left to the caller, the byte that ended its last walk, and where a bit for each index says whether it can match from there (0: not known). */
export const S_EPOCH = 0
export const S_FROM = 4
export const S_STEPS = 8
export const S_RAW = 12
export const S_DIED = 16
export const S_LIVE = 20
export const RULE_STATE_BYTES = 32

/** A group of windows: offsets of a pair's entry by its first and second value (u16), the same for both groups of a call, and the tables of `Prefilter`. */
export const G_FIRST = 0
export const G_SECOND = 4
export const G_PAIRS = 8
export const G_POSITIONS = 12
export const G_RULES = 16
export const G_BUCKETS = 20
export const G_ANCHORED = 24
export const G_PLAIN = 28
export const G_WINDOWS = 32
/** As the positions, for the TAIL places behind a window, bytes only. */
export const G_TAIL = 36
export const GROUP_BYTES = 48

/** Long runs of a class: 256 flags, the same for the halves of a byte, members (records of windows at the start of a match; in place of the state, bytes before the run) from the most bytes to the least. */
export const C_SET = 0
export const C_HALVES = 4
export const C_MEMBERS = 8
export const C_COUNT = 12
export const C_BEFORE = 16
export const LONG_RUN_BYTES = 32
/** As in compile/long-runs.ts. */
export const LONG_RUN = 32

export const VALUES = 258
export const TEXT_START = 256
export const TEXT_END = 257
export const WINDOW = 9
export const TAIL = 4
/** Bytes that starts may lie before a piece, at most, and one more. */
export const LOOK_BEHIND = 40
/** From the second byte of a window to the byte behind a leading run. */
export const ANCHOR_AT = 6
export const PAIR_BYTES = 16
/** Entries of pairs that must have room: the kernel adds two offsets of sixteen bits without a look at the sum. Of two groups in a pass the entries stand beside one another, those of the first first. */
export const PAIR_ROOM = 2 * 64 * 64 + 1
export const WINDOWS_PER_BUCKET = 64
/**
 * A window: its rule, from this bit on how many bytes of a match need no walk and whether its guard needs no look; the state behind them; how many bytes before it
 * the match begins (of rules found behind a leading run: at the latest); places behind the start that are looked at before a walk, a byte each, 0 for none; and the rows of flags for each.
 */
export const M_RULE = 0
export const M_STATE = 4
export const M_OFFSET = 8
export const M_PROBE_AT = 12
export const M_PROBE_ROWS = 16
export const PROBES = 4
export const KNOWN_SHIFT = 27
export const GUARDED = 16
export const WINDOW_BYTES = 32
/** Windows begin up to this many bytes before a piece. */
export const REACH = 8

/** A record: kind and rule, then by kind: RAW index of the window; MATCH start, end; WALK start, state, index. */
export const RAW = 0
export const MATCH = 1
export const WALK = 2
export const KIND_SHIFT = 30
export const RECORD_BYTES = 16

/**
 * A buffer of another version asks for a look (look.ts): where `from` and before `end` text may stand for another text, indexes in the text area. Bytes before
 * `from` and a block behind `end` are looked at too. (0x10002 asks whether a kernel is linked: `ASK_VERSION` of linked.ts.)
 */
export const LOOK_VERSION = 0x10005
export const L_FROM = 24
export const L_END = 28
export const L_ANSWER = 32
/** What is asked for: 0, all; 1, of fields that stand apart, or a text that is one: tags hide nothing, and no run begins with its second line; 2, where lists of JSON begin. */
export const L_ASKED = 36
export const ASKED_ALL = 0
export const ASKED_APART = 1
export const ASKED_LISTS = 2
export const ASKED_FIELDS = 3
export const L_TEXT = 64
/** Bytes that the kernel may read before `from` and from `end` on. */
export const LOOK_BEFORE = 64
export const LOOK_BLOCK = 64

/**
 * A buffer of a further version asks for a track (track.ts): the text area from `from` (at least 1) to `end` is JSON, read on from a place at a depth; levels are columns
 * by depth. Answered are where it stopped and why, the place, the depth, the least depth on the way, and for each level above that its index and its name.
 */
export const TRACK_VERSION = 0x10003
export const T_FROM = 24
export const T_END = 28
export const T_PLACE = 32
export const T_DEPTH = 36
export const T_MOST_DEPTH = 40
export const T_SEQUENCE = 44
export const T_AT = 48
/** 1: the text ran out; 0: what stands there has to be read. */
export const T_OUT = 52
export const T_LOW = 56
/** Containers that may be open. */
export const TRACK_DEPTH = 1024
const COLUMN = 4 * TRACK_DEPTH + 64
export const T_KINDS = 64
export const T_INDEXES = T_KINDS + COLUMN
/** Indexes of the text area; -1: the level's name is that of before. */
export const T_NAME_FROM = T_INDEXES + COLUMN
export const T_NAME_TO = T_NAME_FROM + COLUMN
export const T_TEXT = T_NAME_TO + COLUMN
/** Bytes that the kernel may read behind `end`. */
export const TRACK_BEHIND = 16

// Kinds of levels, and places between tokens, as the JSON reader counts them.
export const LEVEL_ARRAY = 0
export const LEVEL_OBJECT = 1
export const LEVEL_NAMED = 2
export const PLACE_TOP = 0
export const PLACE_ELEMENT_OR_END = 1
export const PLACE_VALUE = 2
export const PLACE_NAME_OR_END = 3
export const PLACE_NAME = 4
export const PLACE_COLON = 5
export const PLACE_AFTER_ELEMENT = 6
export const PLACE_AFTER_MEMBER = 7

// As in formats/value-list.ts.
export const LIST_TEXT = 4096
export const LIST_SPAN = 16384
export const LEAST_LIST_TEXT = 6
export const LEAST_CODES = 6
