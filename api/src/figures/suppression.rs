//! Small counts are not shown in public, nor anything they could be computed from. Pure.
//!
//! Groups of fewer than a threshold are hidden, and with them the last groups of the order, until at
//! least two are hidden whose sum would fit any small count beside one that is not, and leaves room
//! for more than one answer.
//! Taking the smallest along instead would say that it is no larger than any that is shown, which can
//! leave one answer. What is hidden is published only as a sum. Answers about different times are not protected against
//! each other; the public can only ask about whole years and the last twelve whole months.

/// Which groups are hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    pub groups: Vec<bool>,
    /// Even the sum of all is too small.
    pub total: bool,
}

/// Decides by how many cases each group has; none has 0.
pub fn hide(counts: &[i64], threshold: i64) -> Hidden {
    let mut groups: Vec<bool> = counts.iter().map(|count| *count < threshold).collect();
    let total: i64 = counts.iter().sum();
    if total < threshold {
        return Hidden {
            groups: vec![true; counts.len()],
            total: true,
        };
    }
    if !groups.contains(&true) {
        return Hidden {
            groups,
            total: false,
        };
    }
    let rest: Vec<usize> = (0..counts.len()).filter(|i| !groups[*i]).collect();
    let mut rest = rest.into_iter().rev();
    while !is_enough(counts, &groups, threshold) {
        match rest.next() {
            Some(next) => groups[next] = true,
            None => {
                return Hidden {
                    groups: vec![true; counts.len()],
                    total: counts.len() < 2
                        || is_forced(counts, &vec![true; counts.len()], threshold),
                };
            }
        }
    }
    Hidden {
        groups,
        total: false,
    }
}

fn is_enough(counts: &[i64], groups: &[bool], threshold: i64) -> bool {
    let hidden = || counts.iter().zip(groups).filter(|(_, hidden)| **hidden);
    hidden().count() >= 2
        && hidden().map(|(count, _)| count).sum::<i64>() >= 2 * threshold - 1
        && !is_forced(counts, groups, threshold)
}

/// Where every hidden group is small, a sum of all ones or all greatest leaves one answer.
fn is_forced(counts: &[i64], groups: &[bool], threshold: i64) -> bool {
    let hidden: Vec<i64> = counts
        .iter()
        .zip(groups)
        .filter_map(|(count, hidden)| hidden.then_some(*count))
        .collect();
    hidden.iter().all(|count| *count == 1) || hidden.iter().all(|count| *count == threshold - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the public reads: each shown count, which are hidden, and the sum.
    fn published(counts: &[i64], threshold: i64) -> (Vec<Option<i64>>, Option<i64>) {
        let hidden = hide(counts, threshold);
        let shown = counts
            .iter()
            .zip(&hidden.groups)
            .map(|(count, hidden)| (!hidden).then_some(*count))
            .collect();
        let sum = counts.iter().sum();
        (shown, (!hidden.total).then_some(sum))
    }

    fn every(groups: usize, most: i64, each: &mut impl FnMut(&[i64])) {
        let mut counts = vec![1; groups];
        loop {
            each(&counts);
            let Some(at) = counts.iter().position(|count| *count < most) else {
                return;
            };
            counts[at] += 1;
            counts[..at].fill(1);
        }
    }

    #[test]
    fn whoever_knows_the_rule_cannot_compute_a_hidden_count_from_what_is_shown() {
        for (groups, threshold, most) in [(1, 5, 14), (2, 5, 14), (3, 5, 14), (4, 4, 12), (5, 3, 8)]
        {
            let mut worlds: std::collections::HashMap<_, Vec<Vec<i64>>> =
                std::collections::HashMap::new();
            every(groups, most, &mut |counts| {
                worlds
                    .entry(published(counts, threshold))
                    .or_default()
                    .push(counts.to_vec());
            });
            for ((shown, total), possible) in worlds {
                // Where one hidden group could be larger than `most`, not every world was made.
                let apart = shown.iter().filter(|shown| shown.is_none()).count();
                let together = total.unwrap_or_default() - shown.iter().flatten().sum::<i64>();
                if together - i64::try_from(apart).unwrap() + 1 > most {
                    continue;
                }
                for (at, _) in shown
                    .iter()
                    .enumerate()
                    .filter(|(_, shown)| shown.is_none())
                {
                    let mut values: Vec<i64> = possible.iter().map(|world| world[at]).collect();
                    values.sort_unstable();
                    values.dedup();
                    assert!(
                        values.len() > 1,
                        "group {at} of {shown:?} with total {total:?} can only be {values:?} (threshold {threshold})"
                    );
                }
            }
        }
    }

    #[test]
    fn large_counts_are_shown_and_a_single_small_one_takes_the_last_along() {
        assert_eq!(hide(&[5, 9, 700], 5).groups, [false, false, false]);
        assert_eq!(hide(&[3, 9, 700], 5).groups, [true, false, true]);
        assert!(hide(&[2, 2], 5).total);
        assert!(hide(&[], 5).groups.is_empty());
    }
}
