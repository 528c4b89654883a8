//! Lines that carry a number, and what became of them on the way: lost, twice, out of order. Used by the cases and benches that count.

use super::{Verdict, ensure};

/// The line of a number, with so many bytes behind it.
pub fn line(number: usize, padding: usize) -> String {
    format!("{number} {}\n", "x".repeat(padding))
}

/// What came of the numbers from 0 on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Numbers that came.
    pub arrived: usize,
    /// Those that did not, in order.
    pub missing: Vec<usize>,
    /// Those that came again, once for each time.
    pub again: Vec<usize>,
    /// Those whose first arrival was behind that of a higher one.
    pub late: Vec<usize>,
}

/// Compares what arrived, by its complete lines, with `sent` lines from number 0 on; `padding` says how many bytes each has.
pub fn count(output: &[u8], sent: usize, padding: impl Fn(usize) -> usize) -> Verdict<Count> {
    let mut times = vec![0_usize; sent];
    let (mut count, mut highest) = (Count::default(), None);
    for text in output.split_inclusive(|&byte| byte == b'\n').filter(|text| text.ends_with(b"\n")) {
        let number = number(text).filter(|&number| number < sent && text == line(number, padding(number)).as_bytes());
        let number = number.ok_or_else(|| format!("nobody sent {:?}", String::from_utf8_lossy(text)))?;
        times[number] += 1;
        if times[number] > 1 {
            count.again.push(number);
        } else if highest.is_some_and(|highest| number < highest) {
            count.late.push(number);
        }
        highest = highest.max(Some(number));
    }
    count.missing = times.iter().enumerate().filter(|(_, times)| **times == 0).map(|(number, _)| number).collect();
    count.arrived = sent - count.missing.len();
    Ok(count)
}

/// The number of a line or payload.
pub fn number(text: &[u8]) -> Option<usize> {
    std::str::from_utf8(text).ok()?.split(' ').next()?.parse().ok()
}

impl Count {
    /// Fails unless all came, in order, and, if `once`, none again.
    pub fn expect_all(&self, once: bool) -> Verdict {
        let told = |numbers: &[usize]| format!("{} ({:?} …)", numbers.len(), &numbers[..numbers.len().min(10)]);
        let holds = self.missing.is_empty() && self.late.is_empty() && (!once || self.again.is_empty());
        let (missing, again, late) = (told(&self.missing), told(&self.again), told(&self.late));
        ensure(holds, format_args!("{} arrived, missing {missing}, again {again}, out of order {late}", self.arrived))
    }
}
