//! The texts of a class at work: presence, alerts, the heatmap.

/// What a language says of it.
pub struct Board {
    pub class_tab: &'static str,
    pub crumbs: &'static str,
    pub tabs: &'static str,
    pub hide_names: &'static str,
    pub student_number: fn(usize) -> String,
}
