//! What a client sends: query, form or multipart, in which an empty parameter counts as absent.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};

use super::http::Fault;
use crate::shared::imaging;

/// Longest form without a picture, in bytes.
const MAX_FORM: usize = 64 * 1024;
/// Longest single parameter of a multipart form, in bytes.
const MAX_FIELD: usize = 16 * 1024;
/// Most parameters.
const MAX_FIELDS: usize = 100;

/// Parameters by name, and the picture sent as `media`.
#[derive(Default)]
pub struct Params {
    fields: BTreeMap<String, Vec<String>>,
    pub media: Option<Bytes>,
}

impl Params {
    pub fn of_query(query: &str) -> Self {
        let mut params = Self::default();
        params.add_all(query.as_bytes());
        params
    }

    fn add_all(&mut self, form: &[u8]) {
        for (name, value) in url::form_urlencoded::parse(form).take(MAX_FIELDS) {
            self.add(&name, &value);
        }
    }

    fn add(&mut self, name: &str, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            let values = self.fields.entry(name.to_owned()).or_default();
            values.push(value.to_owned());
        }
    }

    /// Query and body of a request.
    pub async fn of_request(request: Request) -> Result<Self, Fault> {
        let mut params = Self::of_query(request.uri().query().unwrap_or_default());
        let kind = content_type(request.headers());
        match kind.as_str() {
            "multipart/form-data" => {
                let form = Multipart::from_request(request, &()).await;
                let form = form.map_err(|_| Fault::bad("the multipart form cannot be read"))?;
                params.add_multipart(form).await?;
            }
            "application/x-www-form-urlencoded" | "" => {
                let bytes = Bytes::from_request(request, &()).await;
                let bytes = bytes.map_err(|_| Fault::bad("the body is too long"))?;
                if bytes.len() > MAX_FORM {
                    return Err(Fault::bad("the form is longer than 64 KB"));
                }
                params.add_all(&bytes);
            }
            other => {
                return Err(Fault::bad(format!(
                    "{other} is not taken: send a form or a multipart form"
                )));
            }
        }
        Ok(params)
    }

    async fn add_multipart(&mut self, mut form: Multipart) -> Result<(), Fault> {
        let unreadable = |_| Fault::bad("the multipart form cannot be read");
        let mut count = 0;
        while let Some(field) = form.next_field().await.map_err(unreadable)? {
            count += 1;
            if count > MAX_FIELDS {
                return Err(Fault::bad("more than 100 parameters"));
            }
            let name = field.name().unwrap_or_default().to_owned();
            let is_file = name == "media" || field.file_name().is_some();
            let bytes = field.bytes().await.map_err(unreadable)?;
            if is_file {
                if bytes.len() > imaging::MAX_BYTES {
                    return Err(Fault::bad("media is larger than 20 MB"));
                }
                if name == "media" && !bytes.is_empty() && self.media.is_none() {
                    self.media = Some(bytes);
                }
                continue;
            }
            if bytes.len() > MAX_FIELD {
                return Err(Fault::bad(format!("{name} is longer than 16 KB")));
            }
            self.add(&name, &String::from_utf8_lossy(&bytes));
        }
        Ok(())
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.first().map(String::as_str)
    }

    /// Values between commas, or given several times.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let values = self.fields.get(name).into_iter().flatten();
        values
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .collect()
    }

    /// SHA-256 of all of it, by which a repeated request is known.
    pub fn digest(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        for (name, values) in &self.fields {
            for value in values {
                for part in [name, value] {
                    digest.update(part.len().to_be_bytes());
                    digest.update(part);
                }
            }
        }
        if let Some(media) = &self.media {
            digest.update(media);
        }
        digest.finalize().into()
    }

    /// `attribute[CODE]` and `attribute[CODE][]`, by code.
    pub fn attributes(&self) -> BTreeMap<String, String> {
        let named = self.fields.iter().filter_map(|(name, values)| {
            let (code, _) = name.strip_prefix("attribute[")?.split_once(']')?;
            Some((code.to_owned(), values.first()?.clone()))
        });
        named.collect()
    }
}

fn content_type(headers: &HeaderMap) -> String {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_parameter_is_absent_and_attributes_come_by_their_code() {
        let params = Params::of_query(
            "lat=&long=126.5&service_code=a,b&service_code=c&attribute%5Bsize%5D=big&attribute[many][]=x&attribute[none]=",
        );
        assert_eq!(params.get("lat"), None);
        assert_eq!(params.get("long"), Some("126.5"));
        assert_eq!(params.list("service_code"), ["a", "b", "c"]);
        let expected = [("many", "x"), ("size", "big")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(params.attributes(), BTreeMap::from(expected));
    }
}
