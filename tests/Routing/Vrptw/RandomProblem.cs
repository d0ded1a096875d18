using EServices.Dispatch.Routing.Vrptw;

namespace EServices.Routing.Tests.Vrptw;

/// <summary>Problems of all sorts from a seed: in the plane or with one-way roads, roomy or tight, with distance and time apart.</summary>
internal static class RandomProblem
{
    public static VrptwProblem From(int seed, int most = 40, int fewest = 1)
    {
        var random = new Random(seed);
        var nodes = random.Next(fewest, most + 1) + 1;
        var horizon = random.Next(400, 4000);
        var places = Enumerable.Range(0, nodes).Select(_ => (X: random.Next(100), Y: random.Next(100))).ToArray();
        var oneWay = random.Next(2) == 0;
        var distance = new int[nodes * nodes];
        for (var i = 0; i < nodes; i++)
            for (var j = 0; j < nodes; j++)
                if (i != j)
                    distance[i * nodes + j] = (int)Math.Sqrt(Math.Pow(places[i].X - places[j].X, 2) + Math.Pow(places[i].Y - places[j].Y, 2)) + (oneWay ? random.Next(40) : 0);
        var duration = random.Next(2) == 0 ? distance : [.. distance.Select(way => way == 0 ? 0 : way / 2 + random.Next(30))];
        var (ready, due, service, demand) = (new int[nodes], new int[nodes], new int[nodes], new int[nodes]);
        due[0] = horizon;
        var width = random.Next(1, horizon);
        for (var i = 1; i < nodes; i++)
        {
            service[i] = random.Next(20);
            demand[i] = random.Next(1, 10);
            var (earliest, latest) = (duration[i], horizon - service[i] - duration[i * nodes]);
            ready[i] = latest > earliest ? random.Next(earliest, latest) : earliest;
            due[i] = Math.Max(ready[i], Math.Min(latest, ready[i] + random.Next(width)));
        }
        return new VrptwProblem(distance, duration, ready, due, service, demand, random.Next(10, 80), nodes);
    }

    public static int[] Shuffled(int customers, Random random)
    {
        var order = Enumerable.Range(1, customers).ToArray();
        random.Shuffle(order);
        return order;
    }
}
