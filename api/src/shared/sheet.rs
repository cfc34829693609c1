//! Tables for spreadsheets: CSV with a byte-order mark, and XLSX. No cell of either is a formula.

use chrono::{DateTime, Utc};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

use super::error::{Error, Result};

/// What Excel shows on one sheet, less its header.
pub const MAX_ROWS: usize = 1_048_575;

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    Number(f64),
    Nothing,
}

impl Cell {
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn count(number: i64) -> Self {
        Self::Number(number as f64)
    }

    pub fn number(number: Option<f64>) -> Self {
        number.map_or(Self::Nothing, Self::Number)
    }

    /// A number where there is one.
    pub fn maybe(number: Option<i64>) -> Self {
        number.map_or(Self::Nothing, Self::count)
    }
}

/// A header and rows of the same length.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// At most 31 characters, none of `[]:*?/\`.
    pub name: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// A cell that a spreadsheet would take for a formula is kept from being one.
pub fn inert(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

impl Sheet {
    /// As CSV in UTF-8 with a byte-order mark, which Excel needs to read Chinese.
    pub fn csv(&self) -> Result<Vec<u8>> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer("\u{feff}".as_bytes().to_vec());
        let header = self.header.iter().map(|title| inert(title));
        writer.write_record(header).map_err(Error::internal)?;
        for row in &self.rows {
            let record = row.iter().map(|cell| match cell {
                Cell::Text(text) => inert(text),
                Cell::Number(number) => number.to_string(),
                Cell::Nothing => String::new(),
            });
            writer.write_record(record).map_err(Error::internal)?;
        }
        writer
            .into_inner()
            .map_err(|error| Error::internal(error.to_string()))
    }

    /// As an XLSX workbook; text is written as text, so that no cell is a formula.
    pub fn xlsx(&self, now: DateTime<Utc>) -> Result<Vec<u8>> {
        let mut book = Workbook::new();
        // The writer would ask the machine for the time.
        let made = ExcelDateTime::from_timestamp(now.timestamp()).map_err(Error::internal)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&made));
        let bold = Format::new().set_bold();
        let sheet = book.add_worksheet();
        sheet.set_name(&self.name).map_err(Error::internal)?;
        for (column, title) in (0_u16..).zip(&self.header) {
            sheet
                .write_string_with_format(0, column, title, &bold)
                .map_err(Error::internal)?;
        }
        for (line, row) in (1_u32..).zip(&self.rows) {
            for (column, cell) in (0_u16..).zip(row) {
                match cell {
                    Cell::Text(text) => sheet.write_string(line, column, text).map(drop),
                    Cell::Number(number) => sheet.write_number(line, column, *number).map(drop),
                    Cell::Nothing => Ok(()),
                }
                .map_err(Error::internal)?;
            }
        }
        sheet.set_freeze_panes(1, 0).map_err(Error::internal)?;
        // Measuring every cell of a long sheet takes longer than writing it.
        if self.rows.len() < 5_000 {
            sheet.autofit();
        }
        book.save_to_buffer().map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_excel_reads_chinese() {
        let sheet = Sheet {
            name: "案件".into(),
            header: vec!["名称".into(), "数".into()],
            rows: vec![
                vec![Cell::text("=1+1"), Cell::count(-3)],
                vec![Cell::text("@cmd"), Cell::Nothing],
                vec![Cell::text("a,\"b\"\n"), Cell::number(Some(0.25))],
            ],
        };
        let csv = String::from_utf8(sheet.csv().unwrap()).unwrap();
        assert_eq!(
            csv,
            "\u{feff}名称,数\r\n'=1+1,-3\r\n'@cmd,\r\n\"a,\"\"b\"\"\n\",0.25\r\n"
        );
        assert!(sheet.xlsx(DateTime::UNIX_EPOCH).unwrap().starts_with(b"PK"));
    }
}
