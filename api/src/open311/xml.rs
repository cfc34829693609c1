//! JSON values as the XML that GeoReport v2 writes for them.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use serde_json::Value;

/// The element of one item in a list of this name.
fn item_of(list: &str) -> &str {
    match list {
        "services" => "service",
        "service_requests" => "request",
        "attributes" => "attribute",
        "values" => "value",
        "errors" => "error",
        "endpoints" => "endpoint",
        "formats" => "format",
        _ => "item",
    }
}

/// Fields in the order in which the specification writes them; readers with a schema insist on it.
const ORDER: [&str; 38] = [
    "code",
    "service_request_id",
    "token",
    "status",
    "status_notes",
    "service_code",
    "service_name",
    "description",
    "metadata",
    "type",
    "keywords",
    "group",
    "agency_responsible",
    "service_notice",
    "account_id",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
    "zipcode",
    "lat",
    "long",
    "media_url",
    "attributes",
    "variable",
    "datatype",
    "required",
    "datatype_description",
    "order",
    "values",
    "key",
    "name",
    "specification",
    "url",
    "changeset",
    "contact",
    "key_service",
];

/// Where a field stands; what the list does not name comes last.
fn position(field: &str) -> usize {
    let place = ORDER.iter().position(|other| *other == field);
    place.unwrap_or(ORDER.len())
}

/// A document with `root` around a value; null is an empty element.
pub fn document(root: &str, value: &Value) -> std::io::Result<Vec<u8>> {
    let mut writer = Writer::new(Vec::new());
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    write(&mut writer, root, value)?;
    Ok(writer.into_inner())
}

fn write(writer: &mut Writer<Vec<u8>>, name: &str, value: &Value) -> std::io::Result<()> {
    if value.is_null() {
        return writer.write_event(Event::Empty(BytesStart::new(name)));
    }
    writer.write_event(Event::Start(BytesStart::new(name)))?;
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(field, _)| position(field));
            for (field, value) in fields {
                write(writer, field, value)?;
            }
        }
        Value::Array(items) => {
            for item in items {
                write(writer, item_of(name), item)?;
            }
        }
        Value::String(text) => {
            // Control characters are not XML, escaped or not.
            let text: String = text
                .chars()
                .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
                .collect();
            writer.write_event(Event::Text(BytesText::new(&text)))?;
        }
        other => writer.write_event(Event::Text(BytesText::new(&other.to_string())))?,
    }
    writer.write_event(Event::End(BytesEnd::new(name)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_have_their_items_and_text_is_escaped() {
        let value = json!([{ "service_code": "a&b", "metadata": true, "notes": null, "keywords": "<\u{1}>" }]);
        let text = String::from_utf8(document("services", &value).unwrap()).unwrap();
        for part in [
            "<services><service>",
            "<service_code>a&amp;b</service_code>",
            "<metadata>true</metadata>",
            "<notes/>",
            "<keywords>&lt;&gt;</keywords>",
            "</service></services>",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
}
