//! A bounded memory of what was used last. It forgets only when told to, so that nothing of an open transaction is lost.

use std::{collections::HashMap, hash::Hash};

/// Values by key, each with the moment of its last use.
#[derive(Debug)]
pub(crate) struct Recent<K, V> {
    kept: HashMap<K, (u64, V)>,
    clock: u64,
    most: usize,
}

impl<K: Copy + Eq + Hash, V> Recent<K, V> {
    /// Keeps at most this many over a [`Recent::trim`].
    pub(crate) fn of(most: usize) -> Self {
        Self { kept: HashMap::new(), clock: 0, most }
    }

    /// A value; this is a use of it.
    pub(crate) fn get(&mut self, key: &K) -> Option<&mut V> {
        self.clock += 1;
        let (used, value) = self.kept.get_mut(key)?;
        *used = self.clock;
        Some(value)
    }

    /// A value, without a use of it.
    pub(crate) fn peek(&self, key: &K) -> Option<&V> {
        self.kept.get(key).map(|(_, value)| value)
    }

    /// Keeps a value.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        self.clock += 1;
        self.kept.insert(key, (self.clock, value));
    }

    /// The keys, in no order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.kept.keys()
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.kept.clear();
    }

    /// Forgets what was not used for longest, if there is too much, and says what. Half goes at once: looking for the
    /// oldest costs a walk over all, and so is done seldom.
    pub(crate) fn trim(&mut self) -> Vec<K> {
        if self.kept.len() <= self.most {
            return Vec::new();
        }
        let mut uses: Vec<u64> = self.kept.values().map(|(used, _)| *used).collect();
        let keep = self.most / 2;
        let oldest = uses.len() - keep;
        let (_, limit, _) = uses.select_nth_unstable(oldest - 1);
        let limit = *limit;
        let gone: Vec<K> = self.kept.iter().filter(|(_, (used, _))| *used <= limit).map(|(key, _)| *key).collect();
        for key in &gone {
            self.kept.remove(key);
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::Recent;

    #[test]
    fn the_least_recently_used_go_first_and_only_when_told() {
        let mut recent = Recent::of(4);
        for key in 0..5 {
            recent.insert(key, key * 10);
        }
        assert_eq!(recent.get(&0), Some(&mut 0), "nothing goes before a trim");
        let mut gone = recent.trim();
        gone.sort_unstable();
        assert_eq!(gone, [1, 2, 3]);
        assert_eq!((recent.peek(&0), recent.peek(&4)), (Some(&0), Some(&40)));
        assert_eq!(recent.trim(), [] as [i32; 0]);
    }
}
