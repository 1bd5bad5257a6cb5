//! Reads the summary lines of the test runners in use: cargo's and Node's. It runs nothing.

use std::fmt;

/// How many tests passed and failed.
#[derive(Default, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
}

impl Tally {
    /// Adds what a line says, if it is a summary: `test result: ok. 3 passed; 0 failed; …` of cargo, or one of
    /// `# pass 3`, `# fail 0`, `# cancelled 0` of Node, which writes an i in place of the # for people.
    pub fn read(&mut self, line: &str) {
        if let Some(result) = line.trim().strip_prefix("test result: ") {
            self.passed += number_before(result, " passed");
            self.failed += number_before(result, " failed");
        }
        let mut words = line.split_whitespace();
        if let (Some("#" | "ℹ"), Some(what), Some(Ok(number)), None) = (
            words.next(),
            words.next(),
            words.next().map(str::parse::<usize>),
            words.next(),
        ) {
            match what {
                "pass" => self.passed += number,
                "fail" | "cancelled" => self.failed += number,
                _ => {}
            }
        }
    }

    /// Adds another count to this one.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

fn number_before(text: &str, unit: &str) -> usize {
    let before = text.split(unit).next().unwrap_or_default();
    before
        .rsplit(' ')
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn tally_of(lines: &str) -> Tally {
        let mut tally = Tally::default();
        lines.lines().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn cargo_s_summaries_are_summed_over_all_programs() {
        let printed = "running 3 tests\n\
            test a ... ok\n\
            test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s\n\
            test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s\n";
        assert_eq!(tally_of(printed), Tally { passed: 16, failed: 3 });
    }

    #[test]
    fn node_s_summary_counts_in_both_its_spellings() {
        assert_eq!(
            tally_of("# tests 7\n# pass 5\n# fail 1\n# cancelled 1\n"),
            Tally { passed: 5, failed: 2 }
        );
        assert_eq!(
            tally_of("ℹ tests 2\nℹ pass 2\nℹ fail 0\nℹ duration_ms 71.3\n"),
            Tally { passed: 2, failed: 0 }
        );
    }

    #[test]
    fn a_sentence_about_passing_counts_nothing() {
        assert_eq!(
            tally_of("3 passed\n# pass the salt 3\nwhat a test result: 4 passed"),
            Tally::default()
        );
    }

    #[test]
    fn the_sum_reads_as_one_plain_line() {
        assert_eq!(Tally { passed: 16, failed: 3 }.to_string(), "16 passed, 3 failed");
    }
}
