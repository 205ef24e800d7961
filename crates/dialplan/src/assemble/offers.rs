//! What callers who wait are told at stated times, and by which tests.

use super::Assembly;
use super::facts::Asked;
use crate::draft::{AnnouncementDraft, OfferDraft};
use crate::plan::{Announcement, Offer, Only};

impl Assembly<'_, '_> {
    pub(super) fn offer(&mut self, draft: &OfferDraft) -> Offer {
        let offer = Offer {
            after: draft.after.unwrap_or_default(),
            every: draft.every,
            one_of: draft.one_of.iter().map(|it| self.announcement(it)).collect(),
        };
        self.check_waits("one `at`", offer.facts(), draft.span.clone());
        offer
    }

    fn announcement(&mut self, draft: &AnnouncementDraft) -> Announcement {
        let only = draft.only.as_ref().map(|only| {
            let test = only.test.as_ref().map(|test| self.test(test));
            let test = test.unwrap_or_else(|| self.lost());
            self.check_known((&test, &only.written), Asked::InAQueue);
            Only { test, written: only.written.get_ref().as_str().into() }
        });
        Announcement {
            only,
            weight: draft.weight.unwrap_or(1),
            prompts: self.phrases(&draft.prompts),
            keys: self.keys(&draft.keys),
        }
    }
}
