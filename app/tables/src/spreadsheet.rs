//! XLSX: numbers as numbers in the form in which the screen shows them, words as words.

use super::{Cell, SHARE_DECIMALS, Table};
use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, FormatBorder, Workbook, Worksheet, XlsxError};

/// What Excel takes: rows and columns of a sheet, letters of a cell.
const ROWS_MAX: usize = 1_048_575;
const COLUMNS_MAX: usize = 16_384;
const CELL_LETTERS_MAX: usize = 32_767;
/// And of a sheet's name.
const NAME_LETTERS_MAX: usize = 31;
/// The widest that a column begins.
const WIDTH_MAX: usize = 48;

/// The table as a workbook with one sheet, its first row frozen. The bytes follow from the table alone.
///
/// # Errors
/// When it has more rows or columns than a sheet can hold.
pub fn workbook(table: &Table) -> Result<Vec<u8>, XlsxError> {
    if table.rows.len() > ROWS_MAX || table.columns.len() > COLUMNS_MAX {
        return Err(XlsxError::RowColumnLimitError);
    }
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_title(&table.title).set_creation_datetime(&made));
    let sheet = workbook.add_worksheet();
    sheet.set_name(sheet_name(&table.title))?;
    write(sheet, table)?;
    workbook.save_to_buffer()
}

fn write(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_border_bottom(FormatBorder::Thin).set_background_color(Color::RGB(0x00ee_ebe4)).set_text_wrap();
    for (column, name) in (0_u16..).zip(&table.columns) {
        sheet.write_string_with_format(0, column, cut(name, CELL_LETTERS_MAX), &head)?;
        sheet.set_column_width(column, width(table, usize::from(column)) as f64)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (place, row) in (1_u32..).zip(&table.rows) {
        for (column, cell) in (0_u16..).zip(row) {
            match cell {
                Cell::Text(words) => _ = sheet.write_string(place, column, cut(words, CELL_LETTERS_MAX))?,
                Cell::Count(count) => _ = sheet.write_number_with_format(place, column, *count as f64, &decimals(0, ""))?,
                Cell::Number(value, shown) if value.is_finite() => {
                    sheet.write_number_with_format(place, column, *value, &decimals(*shown, ""))?;
                }
                Cell::Share(share) if share.is_finite() => {
                    sheet.write_number_with_format(place, column, *share, &decimals(SHARE_DECIMALS, "%"))?;
                }
                Cell::Number(..) | Cell::Share(_) | Cell::None => {}
            }
        }
    }
    Ok(())
}

/// A format with so many decimals.
fn decimals(count: u8, after: &str) -> Format {
    let point = if count == 0 { "" } else { "." };
    Format::new().set_num_format(format!("0{point}{}{after}", "0".repeat(usize::from(count))))
}

/// As wide as the longest text of the column, within reason.
fn width(table: &Table, column: usize) -> usize {
    let cells = table.rows.iter().filter_map(|row| row.get(column)?.text());
    let longest = cells.map(|text| text.chars().count()).max().unwrap_or_default();
    let head = table.columns[column].chars().count();
    longest.max(head.min(16)).clamp(6, WIDTH_MAX) + 2
}

/// Excel counts as JavaScript does: a letter beyond the first plane is two.
fn cut(text: &str, letters_max: usize) -> String {
    let mut left = letters_max;
    text.chars().take_while(|letter| left.checked_sub(letter.len_utf16()).map(|less| left = less).is_some()).collect()
}

/// None of the letters that Excel forbids, no apostrophe at an edge; never empty.
fn sheet_name(title: &str) -> String {
    let allowed = |letter: &char| !matches!(letter, '[' | ']' | ':' | '*' | '?' | '/' | '\\') && !letter.is_control();
    let name = cut(&title.chars().filter(allowed).collect::<String>(), NAME_LETTERS_MAX);
    let name = name.trim_matches(['\'', ' ']);
    // Excel keeps this name for itself.
    if name.is_empty() || name.eq_ignore_ascii_case("history") { "Leftfold".to_owned() } else { name.to_owned() }
}
