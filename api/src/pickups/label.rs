//! The QR label: what staff scan at the door and at every handover.

use std::fmt::Write;

use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};

use super::model::Booking;
use crate::app::App;
use crate::shared::error::{Error, Result};

/// Free modules around the code, as ISO/IEC 18004 asks for.
const QUIET: usize = 4;
/// Modules below the code, for the reference in print.
const CAPTION: usize = 6;

/// The address in a label. It opens the stop for members of staff and nothing for anybody else.
pub fn address(app: &App, booking: &Booking) -> String {
    format!(
        "{}/desk/pickups/scan/{}",
        app.public_url, booking.scan_token
    )
}

/// The label as an SVG picture, a module a unit.
pub fn svg(app: &App, booking: &Booking) -> Result<String> {
    let code = QrCode::with_error_correction_level(address(app, booking), EcLevel::M)
        .map_err(Error::internal)?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let height = side + CAPTION;
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            // Writing to a string cannot fail.
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    let (middle, baseline) = (side / 2, side + CAPTION / 2);
    let reference = booking.code.grouped();
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {height}\" role=\"img\" \
         aria-label=\"{reference}\"><path fill=\"#fff\" d=\"M0 0h{side}v{height}H0z\"/>\
         <path d=\"{path}\"/><text x=\"{middle}\" y=\"{baseline}\" font-family=\"monospace\" \
         font-size=\"5\" text-anchor=\"middle\">{reference}</text></svg>"
    ))
}
