//! The rulebook: every rule of Leftfold as a test that reads like the rule.

mod grading;
