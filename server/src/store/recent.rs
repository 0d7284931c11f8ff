//! A bounded cache of the most recently used values. It evicts only when told to, so that nothing of an open transaction is lost.

use lru::LruCache;
use std::{hash::Hash, iter};

/// Values by key, in the order of their last use.
#[derive(Debug)]
pub(crate) struct Recent<K: Eq + Hash, V> {
    kept: LruCache<K, V>,
    most: usize,
}

impl<K: Eq + Hash, V> Recent<K, V> {
    /// A cache that keeps at most this many values at a [`Recent::trim`].
    pub(crate) fn of(most: usize) -> Self {
        Self { kept: LruCache::unbounded(), most }
    }

    /// A value; it counts as used now.
    pub(crate) fn get(&mut self, key: &K) -> Option<&mut V> {
        self.kept.get_mut(key)
    }

    /// A value, without counting as a use.
    pub(crate) fn peek(&self, key: &K) -> Option<&V> {
        self.kept.peek(key)
    }

    /// Keeps a value; it counts as used now.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        self.kept.put(key, value);
    }

    /// The keys, the one that was used last first.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.kept.iter().map(|(key, _)| key)
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.kept.clear();
    }

    /// Evicts the least recently used values until the rest fits; returns their keys.
    pub(crate) fn trim(&mut self) -> Vec<K> {
        let too_much = self.kept.len().saturating_sub(self.most);
        iter::from_fn(|| self.kept.pop_lru()).take(too_much).map(|(key, _)| key).collect()
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
        assert_eq!((recent.peek(&2), recent.keys().copied().collect::<Vec<_>>()), (Some(&20), vec![0, 4, 3, 2, 1]), "a look is no use");
        assert_eq!(recent.trim(), [1]);
        recent.insert(2, 21);
        recent.insert(5, 50);
        assert_eq!(recent.trim(), [3]);
        assert_eq!(recent.keys().copied().collect::<Vec<_>>(), [5, 2, 0, 4]);
        assert_eq!(recent.trim(), [] as [i32; 0]);
    }
}
