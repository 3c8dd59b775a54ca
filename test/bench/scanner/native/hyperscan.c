// Hyperscan in block mode, as scanner.ts drives it: `hyperscan PATTERNS`, a pattern a line. Commands on standard input, one a line:
//   scan FILE TIMES    scans the file so often and prints nanoseconds (of all) and matches (of one)
//   matches FILE       prints the matches as "id to", then an empty line
// cc -O2 -o hyperscan hyperscan.c -lhs
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static unsigned long long found;
static int printing;

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
  found++;
  if (printing) printf("%u %llu\n", id, to);
  return 0;
}

static char *text;
static long length;
static char loaded[4096];

static void load(const char *path) {
  if (strcmp(path, loaded) == 0) return;
  FILE *file = fopen(path, "rb");
  if (!file) exit(2);
  fseek(file, 0, SEEK_END);
  length = ftell(file);
  rewind(file);
  free(text);
  text = malloc(length + 1);
  if (fread(text, 1, length, file) != (size_t)length) exit(2);
  fclose(file);
  strcpy(loaded, path);
}

int main(int count, char **arguments) {
  static char line[65536];
  static char *patterns[8192];
  static unsigned ids[8192], flags[8192];
  unsigned rules = 0;
  FILE *file = fopen(arguments[1], "r");
  if (!file) return 2;
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = 0;
    patterns[rules] = strdup(line);
    ids[rules] = rules;
    rules++;
  }
  hs_database_t *database;
  hs_compile_error_t *error;
  if (hs_compile_multi((const char *const *)patterns, flags, ids, rules, HS_MODE_BLOCK, NULL, &database, &error)) {
    fprintf(stderr, "%s (rule %d)\n", error->message, error->expression);
    return 1;
  }
  hs_scratch_t *scratch = NULL;
  hs_alloc_scratch(database, &scratch);
  printf("ready\n");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    char command[16], path[4096];
    int times = 1;
    if (sscanf(line, "%15s %4095s %d", command, path, &times) < 2) continue;
    load(path);
    if (strcmp(command, "scan") == 0) {
      struct timespec from, to;
      clock_gettime(CLOCK_MONOTONIC, &from);
      for (int i = 0; i < times; i++) {
        found = 0;
        hs_scan(database, text, length, 0, scratch, on_match, NULL);
      }
      clock_gettime(CLOCK_MONOTONIC, &to);
      printf("%lld %llu\n", (long long)(to.tv_sec - from.tv_sec) * 1000000000LL + (to.tv_nsec - from.tv_nsec), found);
    } else {
      printing = 1;
      hs_scan(database, text, length, 0, scratch, on_match, NULL);
      printing = 0;
      printf("\n");
    }
    fflush(stdout);
  }
  return 0;
}
