using System.Runtime.CompilerServices;

namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>
/// Plans that are bred from: those in time and those that are late or overloaded, apart. Who is kept and who may breed depends on
/// cost and on how much a plan differs from its likes (biased fitness, Vidal et al. 2012); difference is the share of arcs not in common.
/// </summary>
internal sealed class Population(int customers, int smallest, int generation, Chance chance)
{
    private const int Elite = 4;
    private const int Close = 5;

    private readonly List<Member> _feasible = [];
    private readonly List<Member> _infeasible = [];
    private readonly Stack<Member> _spare = new();

    private sealed class Member(int customers)
    {
        public Plan Plan = null!;
        public readonly int[] Next = new int[customers + 1];
        public readonly int[] Prev = new int[customers + 1];
        public readonly List<(Member Other, double Distance)> Near = [];
        public double Cost;
        public double Fitness;
    }

    public int Count => _feasible.Count + _infeasible.Count;

    public void Add(Plan plan, Penalties price)
    {
        var list = plan.Feasible ? _feasible : _infeasible;
        var member = _spare.Count > 0 ? _spare.Pop() : new Member(customers);
        member.Plan = plan;
        Array.Clear(member.Next);
        Array.Clear(member.Prev);
        for (var route = 0; route < plan.Routes; route++)
        {
            var at = 0;
            foreach (var next in plan.Route(route))
            {
                if (at > 0)
                    member.Next[at] = next;
                member.Prev[next] = at;
                at = next;
            }
        }
        foreach (var other in list)
        {
            var distance = Difference(member, other);
            Place(member.Near, other, distance);
            Place(other.Near, member, distance);
        }
        list.Add(member);
        if (list.Count > smallest + generation)
            Survive(list, price);
    }

    /// <summary>Two different parents, the better of two by lot each; not too like each other and not too unlike, if a few draws find such.</summary>
    public (Plan First, Plan Second) Parents(Penalties price)
    {
        Rank(_feasible, price);
        Rank(_infeasible, price);
        var first = Tournament();
        var second = Tournament();
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var difference = first == second ? 0 : Difference(first, second);
            if (difference is >= 0.1 and <= 0.5)
                break;
            second = Tournament();
        }
        return (first.Plan, second.Plan);
    }

    public void Clear()
    {
        _feasible.Clear();
        _infeasible.Clear();
    }

    private Member Tournament()
    {
        var (a, b) = (Draw(), Draw());
        return a.Fitness < b.Fitness ? a : b;
    }

    private Member Draw()
    {
        var i = chance.Below(Count);
        return i < _feasible.Count ? _feasible[i] : _infeasible[i - _feasible.Count];
    }

    private void Survive(List<Member> list, Penalties price)
    {
        while (list.Count > smallest)
        {
            var twin = list.FindLastIndex(member => member.Near.Count > 0 && member.Near[0].Distance == 0);
            if (twin < 0)
            {
                Rank(list, price);
                twin = 0;
                for (var i = 1; i < list.Count; i++)
                    if (list[i].Fitness > list[twin].Fitness)
                        twin = i;
            }
            var gone = list[twin];
            list.RemoveAt(twin);
            foreach (var other in list)
                other.Near.RemoveAt(other.Near.FindIndex(near => near.Other == gone));
            gone.Near.Clear();
            _spare.Push(gone);
        }
    }

    /// <summary>Sorts by cost and tells everyone's biased fitness.</summary>
    private static void Rank(List<Member> list, Penalties price)
    {
        if (list.Count == 0)
            return;
        foreach (var member in list)
            member.Cost = ((double)member.Plan.Distance * (1 << LocalSearch.Fine)) + ((double)member.Plan.Warp * price.Warp) + ((double)member.Plan.Excess * price.Load);
        list.Sort(static (a, b) => a.Cost.CompareTo(b.Cost));
        var size = list.Count;
        Span<(double Difference, int Rank)> order = size <= 256 ? stackalloc (double, int)[size] : new (double, int)[size];
        for (var rank = 0; rank < size; rank++)
            order[rank] = (-MeanClose(list[rank]), rank);
        order.Sort(static (a, b) => a.Difference.CompareTo(b.Difference));
        for (var i = 0; i < size; i++)
        {
            var rank = order[i].Rank;
            list[rank].Fitness = size <= Elite ? rank : rank + ((1.0 - ((double)Elite / size)) * i);
        }
    }

    private static double MeanClose(Member member)
    {
        var count = Math.Min(Close, member.Near.Count);
        if (count == 0)
            return 1;
        double sum = 0;
        for (var i = 0; i < count; i++)
            sum += member.Near[i].Distance;
        return sum / count;
    }

    private static void Place(List<(Member Other, double Distance)> near, Member other, double distance)
    {
        var i = near.Count;
        while (i > 0 && near[i - 1].Distance > distance)
            i--;
        near.Insert(i, (other, distance));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Difference(Member a, Member b)
    {
        int[] next = a.Next, otherNext = b.Next, prev = a.Prev, otherPrev = b.Prev;
        var broken = 0;
        for (var i = 1; i < next.Length && i < otherNext.Length && i < prev.Length && i < otherPrev.Length; i++)
            broken += (next[i] != otherNext[i] ? 1 : 0) + (prev[i] != otherPrev[i] ? 1 : 0);
        return broken / (2.0 * Math.Max(1, next.Length - 1));
    }
}
