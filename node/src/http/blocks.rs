//! Blocks of the chain.

use super::Api;
use super::cursor::{self, page};
use super::error::{Answer, Failure};
use super::input::{Asked, At};
use super::past::{Past, Report};
use super::transactions;
use super::wait::reading;
use axum::Json;
use axum::extract::State;
use icn_api::Code;
use icn_api::chain::BlockView;
use icn_api::page::{Page, PageQuery};
use icn_base::Cid;
use icn_dag::Blocks;
use icn_ledger::Header;
use std::str::FromStr;
use std::sync::Arc;

/// The name of the list, in cursors.
const BLOCKS: &str = "blocks";

/// Blocks, the latest first.
#[utoipa::path(get, path = "/v1/blocks", tag = "chain", params(PageQuery),
    responses((status = 200, description = "Without their transactions.", body = Page<BlockView>)))]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    Asked(query): Asked<PageQuery>,
) -> Answer<Json<Page<BlockView>>> {
    let (below, limit) = page::<u64>(BLOCKS, &query)?;
    let tip = api.door.view().tip.height;
    let top = below.map_or(tip, |below| below.saturating_sub(1).min(tip));
    let (past, blocks) = (Arc::clone(api.door.past()), Arc::clone(api.door.blocks()));
    let look = move || {
        let first = past.first().max(1);
        let mut items = Vec::new();
        for height in (first..=top).rev() {
            if items.len() == limit {
                let next = Some(cursor::after(BLOCKS, &height.saturating_add(1)));
                return Ok(Page { items, next });
            }
            items.extend(at(&*past, &*blocks, height)?);
        }
        Ok(Page { items, next: None })
    };
    reading(look).await.map(Json)
}

/// A block, by its height or its CID.
#[utoipa::path(get, path = "/v1/blocks/{block}", tag = "chain",
    params(("block" = String, Path, description = "Its height, or the CID of its header")),
    responses((status = 200, description = "With what became of its transactions.", body = BlockView)))]
pub(super) async fn show(
    State(api): State<Arc<Api>>,
    At(which): At<Which>,
) -> Answer<Json<BlockView>> {
    let (past, blocks) = (Arc::clone(api.door.past()), Arc::clone(api.door.blocks()));
    let tip = api.door.view().tip.height;
    let look = move || {
        let none = || Failure::new(Code::UnknownRow, "there is no such block here");
        let height = match &which {
            Which::Height(height) => *height,
            Which::Block(cid) => {
                blocks
                    .get(cid)?
                    .and_then(|block| block.value::<Header>().ok())
                    .ok_or_else(none)?
                    .height
            }
        };
        if height > 0 && height < past.first() {
            return Err(Failure::new(
                Code::Gone,
                format!("it begins at {}", past.first()),
            ));
        }
        let report = past
            .report(height)?
            .filter(|_| height <= tip)
            .ok_or_else(none)?;
        let fits = match &which {
            Which::Height(_) => true,
            Which::Block(cid) => report.block == *cid,
        };
        let mut view = at(&*past, &*blocks, height)?
            .filter(|_| fits)
            .ok_or_else(none)?;
        let fates = report.txs.iter().cloned();
        let txs = fates.map(|(id, fate)| transactions::view(id, (height, fate)));
        view.txs = Some(txs.collect());
        Ok(view)
    };
    reading(look).await.map(Json)
}

/// How a block is named.
pub(super) enum Which {
    Height(u64),
    Block(Cid),
}

impl FromStr for Which {
    type Err = icn_base::cid::CidError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(height) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(Self::Height(height))
            }
            _ => text.parse().map(Self::Block),
        }
    }
}

fn at(past: &dyn Past, blocks: &dyn Blocks, height: u64) -> Answer<Option<BlockView>> {
    let Some(report) = past.report(height)? else {
        return Ok(None);
    };
    let header = blocks.get(&report.block)?;
    let header: Option<Header> = header.and_then(|block| block.value().ok());
    Ok(header.map(|header| view(&report, &header)))
}

fn view(report: &Report, header: &Header) -> BlockView {
    BlockView {
        height: report.height,
        block: report.block,
        time: report.time,
        parent: header.parent,
        state: header.state,
        tx_count: report.txs.len(),
        event_count: report.events.len(),
        txs: None,
    }
}
