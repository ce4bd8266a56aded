//! Metrics in the older of Prometheus' two formats, for whoever does not ask for the newer one.

use std::fmt::Write;

/// The media type of what [`plain`] writes.
pub(super) const PLAIN: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The older format of a text in OpenMetrics: what is said of a counter is said of the name that its
/// samples have, and units and the end are not said.
pub(super) fn plain(metrics: &str) -> String {
    let (mut text, mut help) = (String::with_capacity(metrics.len()), None);
    for line in metrics.lines() {
        if let Some(said) = line.strip_prefix("# HELP ") {
            help = said.split_once(' ');
        } else if let Some(said) = line.strip_prefix("# TYPE ")
            && let Some((name, kind)) = said.split_once(' ')
        {
            let end = if kind == "counter" { "_total" } else { "" };
            if let Some((_, said)) = help.take().filter(|(of, _)| *of == name) {
                write_line(&mut text, format_args!("# HELP {name}{end} {said}"));
            }
            write_line(&mut text, format_args!("# TYPE {name}{end} {kind}"));
        } else if !line.starts_with('#') {
            write_line(&mut text, format_args!("{line}"));
        }
    }
    text
}

fn write_line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("a text takes what is written");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_counter_is_said_of_its_samples_name() {
        let metrics = "# HELP icn_blocks Blocks.\n# TYPE icn_blocks counter\nicn_blocks_total 3\n\
                       # HELP icn_wait_seconds Time.\n# TYPE icn_wait_seconds gauge\n\
                       # UNIT icn_wait_seconds seconds\nicn_wait_seconds{of=\"# TYPE x\"} 1\n# EOF\n";
        let expected = "# HELP icn_blocks_total Blocks.\n# TYPE icn_blocks_total counter\n\
                        icn_blocks_total 3\n# HELP icn_wait_seconds Time.\n\
                        # TYPE icn_wait_seconds gauge\nicn_wait_seconds{of=\"# TYPE x\"} 1\n";
        assert_eq!(plain(metrics), expected);
    }
}
