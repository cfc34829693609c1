//! What a new rule would have done, before it does it.

use crate::rules::{Decision, Rule, RuleError};
use crate::screen::Screen;
use crate::submission::{Reason, Submission};

/// A past submission that the new rule would not have published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which of the submissions, from 0.
    pub index: usize,
    pub reason: Reason,
}

impl Screen {
    /// Which of the given submissions `rule` alone, beside this screen's shared words and limits,
    /// would have held or refused.
    ///
    /// # Errors
    /// If the rule can't be used.
    pub fn would_hold<'a>(
        &self,
        rule: &Rule,
        submissions: impl IntoIterator<Item = Submission<'a>>,
    ) -> Result<Vec<Held>, RuleError> {
        let alone = Self::of(
            vec![rule.clone()],
            self.twins.clone(),
            self.shared.clone(),
            self.limits,
            self.classifier.clone(),
        )?;
        Ok(submissions
            .into_iter()
            .enumerate()
            .filter_map(|(index, submission)| {
                let reason = alone.screen(&submission).reasons.into_iter().next()?;
                (reason.decision > Decision::Publish).then_some(Held { index, reason })
            })
            .collect())
    }
}
