//! How the router knows pages: by the patterns of their addresses.

use crate::address::{Page, Segment};
use leptos_router::{PartialPathMatch, PathSegment, PossibleRouteMatch};

/// What a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// This page.
    Page(Page),
    /// This page, which has no identifiers in its address, and all whose addresses go on from it.
    AndBelow(Page),
}

impl PossibleRouteMatch for At {
    fn optional(&self) -> bool {
        false
    }

    fn test<'a>(&self, path: &'a str) -> Option<PartialPathMatch<'a>> {
        let named = match self {
            Self::Page(page) => page.named(path)?,
            Self::AndBelow(page) => page.is_above(path).then(Vec::new)?,
        };
        let named = named.into_iter().map(|(name, text)| (name.into(), text.to_owned()));
        Some(PartialPathMatch::new("", named.collect(), path))
    }

    fn generate_path(&self, path: &mut Vec<PathSegment>) {
        let (Self::Page(page) | Self::AndBelow(page)) = self;
        path.extend(page.segments().map(|segment| match segment {
            Segment::Fixed(fixed) => PathSegment::Static(fixed.into()),
            Segment::Named(name) => PathSegment::Param(name.into()),
        }));
        if matches!(self, Self::AndBelow(_)) {
            path.push(PathSegment::Splat("any".into()));
        }
    }
}
