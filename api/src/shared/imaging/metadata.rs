//! Orientation, time and place from an EXIF block; whatever is broken counts as absent.

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveDateTime};
use exif::{Exif, In, Tag, Value};

/// Longest EXIF block read. A JPEG segment cannot hold more; PNG and WebP could.
const MAX_EXIF: usize = 64 * 1024;
/// Cameras without a set clock write years from 1970 to 1980.
const FIRST_YEAR: i32 = 1990;

/// EXIF tag 274: how to turn the stored picture upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Orientation {
    #[default]
    Upright,
    MirrorHorizontal,
    Rotate180,
    MirrorVertical,
    Transpose,
    Rotate90,
    Transverse,
    Rotate270,
}

impl Orientation {
    fn from_tag(value: u32) -> Self {
        match value {
            2 => Self::MirrorHorizontal,
            3 => Self::Rotate180,
            4 => Self::MirrorVertical,
            5 => Self::Transpose,
            6 => Self::Rotate90,
            7 => Self::Transverse,
            8 => Self::Rotate270,
            _ => Self::Upright,
        }
    }

    /// The size after turning upright.
    pub(super) fn upright_size(self, width: u32, height: u32) -> (u32, u32) {
        if self.swaps_sides() {
            (height, width)
        } else {
            (width, height)
        }
    }

    pub(super) fn swaps_sides(self) -> bool {
        matches!(
            self,
            Self::Transpose | Self::Rotate90 | Self::Transverse | Self::Rotate270
        )
    }
}

/// What EXIF says about a photo.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) orientation: Orientation,
    pub(super) taken_at: Option<NaiveDateTime>,
    pub(super) taken_offset: Option<FixedOffset>,
    pub(super) gps_hint: Option<(f64, f64)>,
}

/// Reads a bare EXIF block (a TIFF structure, without the `Exif\0\0` of JPEG).
pub(super) fn read(block: &[u8]) -> Facts {
    if block.len() > MAX_EXIF {
        return Facts::default();
    }
    let Some(exif) = parse(block) else {
        return Facts::default();
    };
    let taken_at =
        time(&exif, Tag::DateTimeOriginal).or_else(|| time(&exif, Tag::DateTimeDigitized));
    Facts {
        orientation: exif
            .get_field(Tag::Orientation, In::PRIMARY)
            .and_then(|field| field.value.get_uint(0))
            .map_or_else(Orientation::default, Orientation::from_tag),
        taken_at,
        taken_offset: taken_at.and_then(|_| {
            offset(&exif, Tag::OffsetTimeOriginal).or_else(|| offset(&exif, Tag::OffsetTime))
        }),
        gps_hint: position(&exif),
    }
}

/// Keeps what could be read when a later part is broken: cameras write bad maker notes.
fn parse(block: &[u8]) -> Option<Exif> {
    let mut reader = exif::Reader::new();
    reader.continue_on_error(true);
    match reader.read_raw(block.to_vec()) {
        Ok(exif) => Some(exif),
        Err(exif::Error::PartialResult(partial)) => Some(partial.into_inner().0),
        Err(_) => None,
    }
}

fn text(exif: &Exif, tag: Tag) -> Option<&str> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(lines) => std::str::from_utf8(lines.first()?).ok(),
        _ => None,
    }
}

/// `YYYY:MM:DD HH:MM:SS` (EXIF 2.32, 4.6.5); some phones write other separators.
fn time(exif: &Exif, tag: Tag) -> Option<NaiveDateTime> {
    parse_time(text(exif, tag)?)
}

fn parse_time(text: &str) -> Option<NaiveDateTime> {
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        let digits = text.get(range)?;
        digits
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| digits.parse().ok())?
    };
    let date = NaiveDate::from_ymd_opt(
        i32::try_from(number(0..4)?).ok()?,
        number(5..7)?,
        number(8..10)?,
    )?;
    (date.year() >= FIRST_YEAR)
        .then(|| date.and_hms_opt(number(11..13)?, number(14..16)?, number(17..19)?))?
}

/// `+08:00` (EXIF 2.31, `OffsetTimeOriginal`).
fn offset(exif: &Exif, tag: Tag) -> Option<FixedOffset> {
    parse_offset(text(exif, tag)?)
}

fn parse_offset(text: &str) -> Option<FixedOffset> {
    let text = text.trim_end();
    if text == "Z" {
        return FixedOffset::east_opt(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let digits = |part: &str| (part.len() == 2).then(|| part.parse::<u8>().ok())?;
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    // Zones on Earth run from −12:00 to +14:00.
    if hours > 14 || minutes > 59 {
        return None;
    }
    FixedOffset::east_opt(sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60))
}

fn position(exif: &Exif) -> Option<(f64, f64)> {
    // `V` means the receiver had no fix: what it wrote is an old position.
    if text(exif, Tag::GPSStatus).is_some_and(|status| status.starts_with('V')) {
        return None;
    }
    let latitude = angle(
        exif,
        Tag::GPSLatitude,
        Tag::GPSLatitudeRef,
        ('N', 'S'),
        90.0,
    )?;
    let longitude = angle(
        exif,
        Tag::GPSLongitude,
        Tag::GPSLongitudeRef,
        ('E', 'W'),
        180.0,
    )?;
    // Exactly 0°, 0° lies in the Gulf of Guinea and is what failed receivers write.
    let null_island = latitude.abs() < 1e-6 && longitude.abs() < 1e-6;
    (!null_island).then_some((longitude, latitude))
}

/// Degrees, minutes and seconds as three fractions. Without a hemisphere the
/// angle could lie on either side of the Earth, so it counts as absent.
fn angle(exif: &Exif, tag: Tag, hemisphere: Tag, signs: (char, char), limit: f64) -> Option<f64> {
    let Value::Rational(parts) = &exif.get_field(tag, In::PRIMARY)?.value else {
        return None;
    };
    let &[degrees, minutes, seconds] = parts.as_slice() else {
        return None;
    };
    let fraction = |part: exif::Rational| {
        (part.denom != 0).then(|| f64::from(part.num) / f64::from(part.denom))
    };
    let (degrees, minutes, seconds) = (fraction(degrees)?, fraction(minutes)?, fraction(seconds)?);
    if minutes > 60.0 || seconds > 60.0 {
        return None;
    }
    let angle = degrees + minutes / 60.0 + seconds / 3600.0;
    if !(0.0..=limit).contains(&angle) {
        return None;
    }
    let side = text(exif, hemisphere)?.chars().next()?.to_ascii_uppercase();
    match side {
        _ if side == signs.0 => Some(angle),
        _ if side == signs.1 => Some(-angle),
        _ => None,
    }
}
