//! The edge of Leftfold.
