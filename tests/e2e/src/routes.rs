//! Every route of the document that the node itself publishes, docs/openapi.json.

use serde_json::Value;

/// A route.
#[derive(Clone, Debug)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Its path, with `{names}` where something is put in.
    pub path: String,
    /// Names that its query may have.
    pub query: Vec<String>,
    /// Types of body that it reads.
    pub reads: Vec<String>,
}

impl Route {
    /// The path with this text in place of each name.
    pub fn with(&self, text: &str) -> String {
        let mut path = self.path.clone();
        while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
            path.replace_range(from..=to, text);
        }
        path
    }

    /// True if a stream, which has no end, is its answer.
    pub fn is_stream(&self) -> bool {
        self.path == "/v1/events"
    }
}

/// All of them.
pub fn all() -> Vec<Route> {
    let document: Value = serde_json::from_str(include_str!("../../../docs/openapi.json"))
        .expect("the document is JSON");
    let paths = document["paths"].as_object().expect("it has paths");
    let mut routes = Vec::new();
    for (path, item) in paths {
        for (name, method) in [("get", "GET"), ("post", "POST")] {
            let operation = &item[name];
            if operation.is_null() {
                continue;
            }
            let parameters = operation["parameters"].as_array().cloned();
            let query = parameters.into_iter().flatten();
            let query = query.filter(|one| one["in"] == "query");
            let content = operation["requestBody"]["content"].as_object();
            routes.push(Route {
                method,
                path: path.clone(),
                query: query
                    .filter_map(|one| Some(one["name"].as_str()?.to_owned()))
                    .collect(),
                reads: content
                    .into_iter()
                    .flat_map(|types| types.keys().cloned())
                    .collect(),
            });
        }
    }
    assert!(routes.len() > 40, "{} routes", routes.len());
    routes
}
