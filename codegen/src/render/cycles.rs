//! Cycles in a graph.

/// Returns for each node the number of its cycle; `None` if it is in none. Nodes that reach each other share one (a
/// strongly connected component, by Tarjan's algorithm, without recursion).
pub fn components(edges: &[Vec<usize>]) -> Vec<Option<usize>> {
    let mut order: Vec<Option<usize>> = vec![None; edges.len()];
    let mut low = vec![0; edges.len()];
    let mut waiting = vec![false; edges.len()];
    let mut stack = Vec::new();
    let mut found = vec![None; edges.len()];
    let (mut met, mut circles) = (0, 0);
    for start in 0..edges.len() {
        let mut walk = vec![(start, 0)];
        while let Some((node, next)) = walk.pop() {
            if next == 0 {
                if order[node].is_some() {
                    continue;
                }
                (order[node], low[node]) = (Some(met), met);
                met += 1;
                waiting[node] = true;
                stack.push(node);
            }
            if let Some(&to) = edges[node].get(next) {
                walk.push((node, next + 1));
                match order[to] {
                    None => walk.push((to, 0)),
                    Some(seen) if waiting[to] => low[node] = low[node].min(seen),
                    Some(_) => {}
                }
                continue;
            }
            if let Some((parent, _)) = walk.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
            if order[node] != Some(low[node]) {
                continue;
            }
            let first = stack.iter().rposition(|other| *other == node).unwrap_or_default();
            let members = stack.split_off(first);
            for member in &members {
                waiting[*member] = false;
            }
            if members.len() > 1 || edges[node].contains(&node) {
                members.iter().for_each(|member| found[*member] = Some(circles));
                circles += 1;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::components;

    #[test]
    fn circles_are_found() {
        let edges = [vec![1], vec![2, 3], vec![0], vec![4], vec![], vec![5], vec![0, 5]];
        let found = components(&edges);
        assert!(found[0].is_some() && found[0] == found[1] && found[1] == found[2]);
        assert_eq!((found[3], found[4], found[6]), (None, None, None));
        assert!(found[5].is_some() && found[5] != found[0]);
    }

    #[test]
    fn a_long_chain_takes_no_stack() {
        let edges: Vec<Vec<usize>> = (1..=100_000).map(|next| vec![next % 100_000]).collect();
        assert!(components(&edges).iter().all(|circle| *circle == Some(0)));
    }
}
