//! Guesses what a misspelt word meant.

/// The known word nearest to one that is not known, if it is near enough to be meant.
pub(in crate::policy) fn nearest<T: AsRef<str>>(word: &str, known: &[T]) -> Option<String> {
    let folded = fold(word);
    let allowed = match folded.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    known
        .iter()
        .map(|candidate| (distance(&folded, &fold(candidate.as_ref())), candidate.as_ref()))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate.to_owned())
}

/// Case and the choice of `_`, `-` or a blank are not what a person got wrong.
fn fold(word: &str) -> String {
    word.chars().map(|c| if matches!(c, '-' | ' ') { '_' } else { c.to_ascii_lowercase() }).collect()
}

/// Edits (insert, delete, replace, swap of neighbours) from one word to the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let replace = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replace.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_its_word_and_a_stranger_finds_none() {
        let known = ["late_runs_min", "modes", "windows", "bands"];
        assert_eq!(nearest("mode", &known).as_deref(), Some("modes"));
        assert_eq!(nearest("Late-Runs-Min", &known).as_deref(), Some("late_runs_min"));
        assert_eq!(nearest("widnows", &known).as_deref(), Some("windows"));
        assert_eq!(nearest("temperature", &known), None);
        assert_eq!(nearest("", &known), None);
    }
}
