//! The service: reads a request, has the warehouse do or not do it, and gives an answer that need not tell.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::answer::{self, Behaviour, Fate, ReadBehaviour, Said};
use crate::http::{Answer, Server};
use crate::record::Kind;
use crate::warehouse::{Id, Manner, Thing, Warehouse, Write};
use crate::xml::{self, Element};

pub const USER: &str = "night";
pub const PASSWORD: &str = "open-sesame";

/// The longest time a call is held for the test's sake.
const HELD: Duration = Duration::from_secs(20);

/// Where in a call the process that made it is to be killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Moment {
    /// It has arrived, and nothing was done.
    Arrived,
    /// It was carried out; the answer is not out.
    CarriedOut,
    /// The answer is out.
    Answered,
    /// A look-up has arrived.
    LookedUp,
}

#[derive(Default)]
pub struct State {
    pub warehouse: Warehouse,
    /// What happens to the next writes, and to the next look-ups; then all is well.
    pub script: VecDeque<Behaviour>,
    pub read_script: VecDeque<ReadBehaviour>,
    /// The call at which the process is to be killed: how many of its kind come before it.
    pub kill: Option<(Moment, u8)>,
    /// It is there.
    pub reached: bool,
    /// It need not be held any longer.
    released: bool,
    /// Calls with another login, and of other operations.
    pub strange: Vec<String>,
}

pub struct Service {
    shared: Arc<(Mutex<State>, Condvar)>,
    server: Server,
}

impl Service {
    pub fn start(manner: Manner, known: &[&str]) -> Service {
        let mut state = State::default();
        state.warehouse.manner = manner;
        state.warehouse.known = known.iter().map(|&article| article.to_owned()).collect();
        let shared = Arc::new((Mutex::new(state), Condvar::new()));
        let ours = Arc::clone(&shared);
        let server = Server::start(Arc::new(move |body: &str| serve(&ours, body)));
        Service { shared, server }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/model/service.asmx", self.server.port)
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.shared.0)
    }

    /// Lets a call go on that was held.
    pub fn release(&self) {
        let mut state = self.state();
        state.kill = None;
        state.reached = false;
        state.released = true;
        self.shared.1.notify_all();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// Begins to watch for a moment.
    pub fn watch_for(&mut self, moment: Moment, before: u8) {
        self.kill = Some((moment, before));
        self.reached = false;
        self.released = false;
    }

    /// Whether this is the moment.
    fn is_moment(&mut self, moment: Moment) -> bool {
        match &mut self.kill {
            Some((wanted, 0)) if *wanted == moment => {
                self.reached = true;
                true
            }
            Some((wanted, before)) if *wanted == moment => {
                *before -= 1;
                false
            }
            _ => false,
        }
    }
}

type Shared = Arc<(Mutex<State>, Condvar)>;

/// Stands still at a moment until it is released.
fn hold<'a>(shared: &'a Shared, mut state: MutexGuard<'a, State>, moment: Moment) -> MutexGuard<'a, State> {
    if !state.is_moment(moment) {
        return state;
    }
    shared.1.notify_all();
    let waited = shared.1.wait_timeout_while(state, HELD, |state| !state.released);
    state = waited.unwrap_or_else(PoisonError::into_inner).0;
    state
}

fn serve(shared: &Shared, body: &str) -> (Answer, Box<dyn FnOnce()>) {
    let nothing: Box<dyn FnOnce()> = Box::new(|| ());
    let call = xml::parse(body).and_then(|envelope| envelope.child("Body")?.children.first().cloned());
    let Some(call) = call else {
        lock(&shared.0).strange.push(body.to_owned());
        return (answer::unknown_operation("none"), nothing);
    };
    if call.text_at("UserName") != USER || call.text_at("Password") != PASSWORD {
        lock(&shared.0).strange.push(format!("{} with another login", call.name));
    }
    match call.name.as_str() {
        "ProcessArticle" => (write(shared, Kind::Articles, &call, "art"), after(shared)),
        "ProcessOrder" => (write(shared, Kind::Orders, &call, "co"), after(shared)),
        "ProcessInOrder" => (write(shared, Kind::InOrders, &call, "co"), after(shared)),
        "GetInventoryByQuery" => (look_up(shared, Kind::Articles, &call, "GetInventoryQuery"), nothing),
        "GetOrdersByQuery" => (look_up(shared, Kind::Orders, &call, "query"), nothing),
        "GetInOrdersByQuery" => (look_up(shared, Kind::InOrders, &call, "query"), nothing),
        other => {
            lock(&shared.0).strange.push(other.to_owned());
            (answer::unknown_operation(other), nothing)
        }
    }
}

fn after(shared: &Shared) -> Box<dyn FnOnce()> {
    let shared = Arc::clone(shared);
    Box::new(move || drop(hold(&shared, lock(&shared.0), Moment::Answered)))
}

fn write(shared: &Shared, kind: Kind, call: &Element, payload: &str) -> Answer {
    let Some(payload) = call.child(payload) else { return answer::unknown_operation("no payload") };
    let key = payload.text_at(kind.key()).to_owned();
    let id = Id { kind, owner: call.text_at("GoodsOwnerCode").to_owned(), key: key.clone() };
    let mut state = lock(&shared.0);
    state.warehouse.settle(false);
    let right = Behaviour { fate: Fate::Now, said: Said::Truth(0) };
    let mut behaviour = state.script.pop_front().unwrap_or(right);
    if kind == Kind::Articles && behaviour.said == Said::OtherNumber {
        // An answer of this operation has no number, so nothing could tell that it is another's.
        behaviour = right;
    }
    let Behaviour { fate, said } = behaviour;
    let index = state.warehouse.arrive(Write::read(id, payload));
    state = hold(shared, state, Moment::Arrived);
    let done = match (fate, said) {
        (Fate::Now, _) => state.warehouse.carry_out(index),
        (Fate::Late(wait), _) => {
            state.warehouse.put_off(index, Duration::from_millis(wait.into()));
            Ok(0)
        }
        (Fate::Never, Said::Truth(number)) => Err(answer::refusal(number, &key)),
        (Fate::Never, _) => Ok(0),
    };
    drop(hold(shared, state, Moment::CarriedOut));
    answer::written(said, kind, &key, done)
}

fn look_up(shared: &Shared, kind: Kind, call: &Element, query: &str) -> Answer {
    let mut state = lock(&shared.0);
    state.warehouse.reads += 1;
    state = hold(shared, state, Moment::LookedUp);
    state.warehouse.settle(false);
    let behaviour = state.read_script.pop_front().unwrap_or(ReadBehaviour::Right);
    let none = Element::default();
    let query = call.child(query).unwrap_or(&none);
    let owner = call.text_at("GoodsOwnerCode");
    let warehouse = &state.warehouse;
    let all = behaviour == ReadBehaviour::All;
    let mut things: Vec<&Thing> = warehouse
        .things
        .iter()
        .filter(|thing| thing.id.kind == kind && thing.id.owner == owner)
        .filter(|thing| all || asked_for(thing, query, warehouse.manner))
        .collect();
    things.sort_by_key(|thing| thing.number);
    let most = match kind {
        Kind::Articles => "MaxArticlesToGet",
        Kind::Orders => "MaxOrdersToGet",
        Kind::InOrders => "MaxInOrdersToGet",
    };
    if let Ok(most @ 1..) = query.text_at(most).parse() {
        things.truncate(most);
    }
    answer::found(behaviour, kind, &things, warehouse.manner)
}

/// Whether a query's filters let a thing through.
fn asked_for(thing: &Thing, query: &Element, manner: Manner) -> bool {
    let (numbers, ids, from) = match thing.id.kind {
        Kind::Articles => ("ArticleNumbersToGet", "ArticleSystemIdsToGet", "ArticleSystemIdFrom"),
        Kind::Orders => ("OrderNumbersToGet", "OrderIdsToGet", "OrderIdFrom"),
        Kind::InOrders => ("InOrderNumbersToGet", "InOrderIdsToGet", "InOrderIdFrom"),
    };
    let same = |wanted: &str, there: &str| match manner.folds {
        true => wanted.trim().eq_ignore_ascii_case(there.trim()),
        false => wanted == there,
    };
    let number = thing.number.to_string();
    let in_list = |name: &str, is: &dyn Fn(&str) -> bool| match query.child(name) {
        Some(list) if !list.children.is_empty() => list.children.iter().any(|item| is(&item.text)),
        _ => true,
    };
    in_list(numbers, &|wanted| same(wanted, &thing.id.key))
        && in_list(ids, &|wanted| wanted == number)
        && query.text_at(from).parse().map_or(true, |from: u32| from <= thing.number)
}
