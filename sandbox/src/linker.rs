//! Host functions for a module's imports, made from the table of host calls.

use crate::calls::{Handler, handler};
use crate::fault::{End, NodeFault};
use crate::gate::{Form, Import};
use crate::host::Host;
use crate::visit::{Registers, visit};
use icn_abi::{Arg, CALLS, ValType};
use wasmtime::{Caller, Engine, Error, Linker, Result};

/// A linker with what these imports ask for, each under the type it was imported with.
pub(crate) fn link(engine: &Engine, imports: &[Import]) -> Result<Linker<Host>> {
    let mut linker = Linker::new(engine);
    // The same call may be imported more than once.
    linker.allow_shadowing(true);
    for import in imports {
        let target = import.form().and_then(Target::of);
        let target = target.ok_or_else(|| {
            let text = format!("{}.{} has no meaning here", import.module, import.name);
            Error::new(End::Fault(NodeFault::Engine(text)))
        })?;
        target.define(&mut linker, &import.module, &import.name)?;
    }
    Ok(linker)
}

/// What an import is linked to.
#[derive(Clone, Copy)]
struct Target {
    row: usize,
    handler: Handler,
    /// Arguments and result of the older type, if it is one.
    older: Option<(&'static [Arg], Option<ValType>)>,
    params: Params,
}

/// The parameter lists that the table has.
#[derive(Clone, Copy)]
enum Params {
    None,
    Two,
    Three,
    TwoAndLong,
    Four,
    Six,
}

impl Target {
    fn of(form: Form) -> Option<Self> {
        let row = CALLS
            .iter()
            .position(|call| call.number == form.call.number)?;
        let older = form.alternate.map(|at| &form.call.alternates[at]);
        let params = match older {
            Some(older) => Params::of(older.params()),
            None => Params::of(form.call.params()),
        };
        Some(Self {
            row,
            handler: handler(form.call.number)?,
            older: older.map(|older| (older.args, older.result)),
            params: params?,
        })
    }

    fn define(self, linker: &mut Linker<Host>, module: &str, name: &str) -> Result<()> {
        match self.older {
            None | Some((_, Some(ValType::I64))) => {
                self.wrap(linker, module, name, move |caller, registers| {
                    self.long(caller, registers)
                })
            }
            Some((_, Some(ValType::I32))) => {
                self.wrap(linker, module, name, move |caller, registers| {
                    // 0, or the class as a negative number: classes are small.
                    self.call(caller, registers)
                        .map(|(result, _)| i32::try_from(result.min(0)).unwrap_or(i32::MIN))
                })
            }
            Some((_, None)) => self.wrap(linker, module, name, move |caller, registers| {
                self.call(caller, registers).map(|_| ())
            }),
        }
    }

    fn long(self, caller: Caller<'_, Host>, registers: Registers) -> Result<i64> {
        let (result, child) = self.call(caller, registers)?;
        match (self.older, child) {
            // The older type has no room for a CID.
            (Some(_), Some(child)) => Ok(child.short().cast_signed()),
            _ => Ok(result),
        }
    }

    fn call(
        self,
        caller: Caller<'_, Host>,
        registers: Registers,
    ) -> Result<(i64, Option<icn_base::JobId>)> {
        let older = self.older.map(|(args, _)| args);
        visit(caller, self.row, older, registers, self.handler).map_err(Error::new)
    }

    fn wrap<R: wasmtime::WasmRet>(
        self,
        linker: &mut Linker<Host>,
        module: &str,
        name: &str,
        call: impl Fn(Caller<'_, Host>, Registers) -> R + Send + Sync + 'static,
    ) -> Result<()> {
        type C<'a> = Caller<'a, Host>;
        let n = |number: i32| u64::from(number.cast_unsigned());
        match self.params {
            Params::None => linker.func_wrap(module, name, move |c: C<'_>| call(c, [0; 6])),
            Params::Two => linker.func_wrap(module, name, move |c: C<'_>, p: i32, q: i32| {
                call(c, [n(p), n(q), 0, 0, 0, 0])
            }),
            Params::Three => {
                linker.func_wrap(module, name, move |c: C<'_>, p: i32, q: i32, r: i32| {
                    call(c, [n(p), n(q), n(r), 0, 0, 0])
                })
            }
            Params::TwoAndLong => {
                linker.func_wrap(module, name, move |c: C<'_>, p: i32, q: i32, r: i64| {
                    call(c, [n(p), n(q), r.cast_unsigned(), 0, 0, 0])
                })
            }
            Params::Four => linker.func_wrap(
                module,
                name,
                move |c: C<'_>, p: i32, q: i32, r: i32, s: i32| {
                    call(c, [n(p), n(q), n(r), n(s), 0, 0])
                },
            ),
            Params::Six => linker.func_wrap(
                module,
                name,
                move |c: C<'_>, p: i32, q: i32, r: i32, s: i32, t: i32, u: i32| {
                    call(c, [n(p), n(q), n(r), n(s), n(t), n(u)])
                },
            ),
        }?;
        Ok(())
    }
}

impl Params {
    fn of(types: impl Iterator<Item = ValType>) -> Option<Self> {
        use ValType::{I32, I64};
        let types: Vec<ValType> = types.collect();
        match types.as_slice() {
            [] => Some(Self::None),
            [I32, I32] => Some(Self::Two),
            [I32, I32, I32] => Some(Self::Three),
            [I32, I32, I64] => Some(Self::TwoAndLong),
            [I32, I32, I32, I32] => Some(Self::Four),
            [I32, I32, I32, I32, I32, I32] => Some(Self::Six),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Target;
    use crate::gate::Form;
    use icn_abi::CALLS;

    #[test]
    fn every_row_and_every_older_type_links() {
        for call in CALLS {
            let alternates = (0..call.alternates.len()).map(Some);
            for alternate in std::iter::once(None).chain(alternates) {
                let target = Target::of(Form { call, alternate });
                assert!(target.is_some(), "{} {alternate:?}", call.name);
            }
        }
    }
}
