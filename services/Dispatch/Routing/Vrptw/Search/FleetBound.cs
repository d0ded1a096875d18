namespace EServices.Dispatch.Routing.Vrptw.Search;

/// <summary>How many routes a plan that serves everybody has at least.</summary>
internal static unsafe class FleetBound
{
    /// <summary>
    /// By what is to be carried, and by the windows: each route has a customer whom no other customer follows, and how many customers can
    /// follow another at most is a matching of customers with their followers (Dilworth's chains, but for routes that need not be closed
    /// under leaving stops out).
    /// </summary>
    public static int Of(Flat flat)
    {
        long demand = 0;
        for (var i = 1; i < flat.Nodes; i++)
            demand += flat.Demand[i];
        var byLoad = flat.Capacity > 0 ? (int)((demand + flat.Capacity - 1) / flat.Capacity) : 1;
        return Math.Max(Math.Max(1, byLoad), flat.Customers - Followers(flat));
    }

    private static int Followers(Flat flat)
    {
        var followers = new int[flat.Nodes][];
        for (var customer = 1; customer < flat.Nodes; customer++)
            followers[customer] = [.. Enumerable.Range(1, flat.Customers).Where(next => CanFollow(flat, customer, next))];
        var leader = new int[flat.Nodes];
        var seen = new int[flat.Nodes];
        var matched = 0;
        for (var customer = 1; customer < flat.Nodes; customer++)
            matched += Follow(customer, customer) ? 1 : 0;
        return matched;

        // An augmenting path from a customer without follower.
        bool Follow(int customer, int round)
        {
            foreach (var next in followers[customer])
            {
                if (leader[next] != 0)
                    continue;
                leader[next] = customer;
                return true;
            }
            foreach (var next in followers[customer])
            {
                if (seen[next] == round)
                    continue;
                seen[next] = round;
                if (!Follow(leader[next], round))
                    continue;
                leader[next] = customer;
                return true;
            }
            return false;
        }
    }

    private static bool CanFollow(Flat flat, int customer, int next)
    {
        if (customer == next || flat.Demand[customer] + flat.Demand[next] > flat.Capacity)
            return false;
        var leave = Math.Max(flat.Ready[0] + flat.Duration[customer], flat.Ready[customer]) + flat.Service[customer];
        var arrival = leave + flat.Duration[customer * flat.Nodes + next];
        return arrival <= flat.Due[next] && Math.Max(arrival, flat.Ready[next]) + flat.Service[next] + flat.Duration[next * flat.Nodes] <= flat.Due[0];
    }
}
