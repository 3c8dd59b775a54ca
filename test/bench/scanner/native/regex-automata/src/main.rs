//! Rust's regex-automata, all patterns in one engine, as scanner.ts drives it: the protocol of ../hyperscan.c; a match is printed
//! as "id from to". It reports one of overlapping rules.
use regex_automata::{meta::Regex, util::syntax, MatchKind};
use std::{env, fs, io, io::BufRead, io::Write, time::Instant};

fn main() {
    let patterns: Vec<String> =
        fs::read_to_string(env::args().nth(1).unwrap()).unwrap().lines().map(String::from).collect();
    let regex = Regex::builder()
        .configure(
            Regex::config()
                .match_kind(MatchKind::LeftmostFirst)
                .nfa_size_limit(Some(200 << 20))
                .hybrid_cache_capacity(64 << 20)
                .utf8_empty(false),
        )
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .build_many(&patterns)
        .unwrap();
    let mut out = io::stdout().lock();
    writeln!(out, "ready").unwrap();
    out.flush().unwrap();
    let (mut loaded, mut text) = (String::new(), Vec::new());
    for line in io::stdin().lock().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        if words[1] != loaded {
            text = fs::read(words[1]).unwrap();
            loaded = words[1].to_string();
        }
        if words[0] == "scan" {
            let times: u32 = words[2].parse().unwrap();
            let started = Instant::now();
            let mut found = 0;
            for _ in 0..times {
                found = regex.find_iter(&text).count();
            }
            writeln!(out, "{} {}", started.elapsed().as_nanos(), found).unwrap();
        } else {
            for found in regex.find_iter(&text) {
                writeln!(out, "{} {} {}", found.pattern().as_usize(), found.start(), found.end()).unwrap();
            }
            writeln!(out).unwrap();
        }
        out.flush().unwrap();
    }
}
