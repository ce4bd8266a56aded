//! Every route, and the document that describes them. A handler that stands here is in the document,
//! and nothing else is.

use super::error::Failure;
use super::{
    Api, accounts, blocks, circuits, credentials, dag, events, executors, explain, gate, gateway,
    governed, jobs, operations, proofs, proposals, quote, receipts, transactions, verify,
};
use axum::Router;
use axum::middleware::from_fn_with_state;
use icn_api::problem::{MEDIA_TYPE, Problem};
use icn_api::{Code, limits};
use std::sync::Arc;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, ObjectBuilder, OpenApi, Ref, ResponseBuilder, Type};
use utoipa::{OpenApi as _, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "icn",
        description = "A node of a cooperative compute mesh. Amounts of mana are strings of digits, \
                       times are milliseconds since 1970, ids are CIDs and accounts are DIDs.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    components(schemas(Problem, icn_api::words::ChoiceOption, icn_api::words::CircuitOffer)),
    tags(
        (name = "operations", description = "Is it well, and where is it?"),
        (name = "dag", description = "Blocks by their CIDs"),
        (name = "jobs", description = "Work for the mesh"),
        (name = "transactions", description = "What anyone signs with a key of their own"),
        (name = "accounts", description = "Mana, reputation, nonces"),
        (name = "governance", description = "What members decide"),
        (name = "proofs", description = "Circuits, credentials, and zero-knowledge proofs"),
        (name = "chain", description = "Blocks, proofs and facts"),
    )
)]
struct Document;

/// The router, and the document.
pub(super) fn router(api: &Arc<Api>) -> (Router, OpenApi) {
    let (router, document) = table().split_for_parts();
    let router = router
        .fallback(async || Failure::new(Code::NoRoute, "nothing is there"))
        .method_not_allowed_fallback(async || {
            Failure::new(Code::WrongMethod, "not with that method")
        })
        .layer(from_fn_with_state(Arc::clone(api), gate::gate))
        .with_state(Arc::clone(api));
    (router, document)
}

/// The document, as `/openapi.json` has it.
pub fn openapi() -> OpenApi {
    finish(table().into_openapi())
}

fn table() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(operations::livez))
        .routes(routes!(operations::readyz))
        .routes(routes!(operations::metrics))
        .routes(routes!(operations::document))
        .routes(routes!(operations::status))
        .routes(routes!(operations::peers))
        .routes(routes!(dag::put))
        .routes(routes!(dag::get))
        .routes(routes!(dag::import))
        .routes(routes!(gateway::get))
        .routes(routes!(jobs::list, jobs::submit))
        .routes(routes!(quote::quote))
        .routes(routes!(jobs::show))
        .routes(routes!(explain::explain))
        .routes(routes!(jobs::cancel))
        .routes(routes!(receipts::show))
        .routes(routes!(receipts::logs))
        .routes(routes!(transactions::submit))
        .routes(routes!(transactions::show))
        .routes(routes!(accounts::show))
        .routes(routes!(accounts::history))
        .routes(routes!(proposals::list, proposals::propose))
        .routes(routes!(proposals::show))
        .routes(routes!(proposals::preview))
        .routes(routes!(proposals::open))
        .routes(routes!(proposals::vote))
        .routes(routes!(proposals::close))
        .routes(routes!(proposals::execute))
        .routes(routes!(proposals::withdraw))
        .routes(routes!(proposals::delegate))
        .routes(routes!(governed::parameters))
        .routes(routes!(governed::members))
        .routes(routes!(governed::validators))
        .routes(routes!(circuits::list))
        .routes(routes!(circuits::show))
        .routes(routes!(circuits::verify))
        .routes(routes!(credentials::issuers))
        .routes(routes!(credentials::issuer))
        .routes(routes!(credentials::leaf))
        .routes(routes!(credentials::check))
        .routes(routes!(credentials::show))
        .routes(routes!(credentials::revoke))
        .routes(routes!(executors::list, executors::register))
        .routes(routes!(executors::withdraw))
        .routes(routes!(blocks::list))
        .routes(routes!(blocks::show))
        .routes(routes!(proofs::prove))
        .routes(routes!(events::stream))
        .routes(routes!(verify::verify))
}

/// What is the same everywhere: refusals, the token, and the key of a POST.
fn finish(mut document: OpenApi) -> OpenApi {
    let token = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The operator's token, which `icn init` has written."))
        .build();
    if let Some(components) = &mut document.components {
        components.add_security_scheme("operator", SecurityScheme::Http(token));
    }
    for item in document.paths.paths.values_mut() {
        if let Some(post) = &mut item.post {
            let key = ParameterBuilder::new()
                .name("Idempotency-Key")
                .parameter_in(ParameterIn::Header)
                .description(Some(
                    "The same key and body get the same answer, also after a restart.",
                ))
                .schema(Some(
                    ObjectBuilder::new()
                        .schema_type(Type::String)
                        .max_length(Some(limits::KEY_BYTES_MAX)),
                ));
            post.parameters
                .get_or_insert_default()
                .push(key.build().into());
        }
        for operation in [&mut item.get, &mut item.post].into_iter().flatten() {
            may_refuse(operation);
        }
    }
    document
}

fn may_refuse(operation: &mut Operation) {
    let later = HeaderBuilder::new().description(Some("With 429 and 503: seconds to wait."));
    let refusal = ResponseBuilder::new()
        .description("Refused, by number.")
        .header("Retry-After", later.build())
        .content(
            MEDIA_TYPE,
            ContentBuilder::new()
                .schema(Some(Ref::from_schema_name(Problem::name())))
                .build(),
        );
    let responses = &mut operation.responses.responses;
    responses.insert("default".to_owned(), refusal.build().into());
}
