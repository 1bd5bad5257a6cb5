//! Figures as they come in, and the table they end in: median, lowest and highest of each, and what came of the first size.
//!
//! It knows no threshold.

/// All that was measured at one size, in the order it was first told.
#[derive(Default)]
pub struct Figures(Vec<(String, Vec<f64>)>);

impl Figures {
    /// Takes in a line: a name, a tab, a number.
    pub fn take(&mut self, line: &str) {
        let (name, value) = line.split_once('\t').expect("a figure is a name and a number");
        let value: f64 = value.parse().expect("a figure is a number");
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => values.push(value),
            None => self.0.push((name.to_owned(), vec![value])),
        }
    }

    fn of(&self, name: &str) -> Option<Spread> {
        let (_, values) = self.0.iter().find(|(known, _)| known == name)?;
        let mut values = values.clone();
        values.sort_by(f64::total_cmp);
        Some(Spread {
            lowest: *values.first()?,
            median: *values.get(values.len() / 2)?,
            highest: *values.last()?,
        })
    }
}

struct Spread {
    lowest: f64,
    median: f64,
    highest: f64,
}

/// Prints one row a figure, one column a size, and how the last size compares with the first.
pub fn print(columns: &[(usize, Figures)]) {
    let sizes = columns.iter().map(|(size, _)| format!(" {size} documents |"));
    println!(
        "\n| median (lowest–highest) |{} last to first |",
        sizes.collect::<String>()
    );
    println!("|---|{}---:|", "---:|".repeat(columns.len()));
    let Some((_, first)) = columns.first() else { return };
    for (name, _) in &first.0 {
        let spreads: Vec<_> = columns.iter().filter_map(|(_, figures)| figures.of(name)).collect();
        let cells = spreads.iter().map(cell).collect::<String>();
        let ratio = match (spreads.first(), spreads.last()) {
            (Some(first), Some(last)) if first.median > 0.0 => format!("{:.1}", last.median / first.median),
            _ => String::new(),
        };
        println!("| {name} |{cells} {ratio} |");
    }
}

fn cell(spread: &Spread) -> String {
    format!(
        " {} ({}–{}) |",
        short(spread.median),
        short(spread.lowest),
        short(spread.highest)
    )
}

fn short(value: f64) -> String {
    if value < 10.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.0}")
    }
}
