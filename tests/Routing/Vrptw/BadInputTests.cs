using EServices.Dispatch.Routing.Vrptw;

namespace EServices.Routing.Tests.Vrptw;

public sealed class BadInputTests
{
    private const int Nodes = 4;

    [Theory]
    [InlineData("ready", -1, VrptwRefusal.BadTime)]
    [InlineData("due", -5, VrptwRefusal.BadTime)]
    [InlineData("due", int.MaxValue, VrptwRefusal.BadTime)]
    [InlineData("service", -1, VrptwRefusal.BadTime)]
    [InlineData("service", int.MaxValue, VrptwRefusal.BadTime)]
    [InlineData("ready", 600, VrptwRefusal.WindowInsideOut)]
    [InlineData("demand", -1, VrptwRefusal.NegativeDemand)]
    [InlineData("demand", 11, VrptwRefusal.AboveCapacity)]
    [InlineData("demand", int.MaxValue, VrptwRefusal.AboveCapacity)]
    [InlineData("there", VrptwProblem.NoRoad, VrptwRefusal.NoRoad)]
    [InlineData("there", int.MaxValue, VrptwRefusal.NoRoad)]
    [InlineData("back", -1, VrptwRefusal.NoRoad)]
    [InlineData("due", 9, VrptwRefusal.WindowOutOfReach)]
    [InlineData("service", 985, VrptwRefusal.ReturnTooLate)]
    public void Solve_ImpossibleCustomer_IsNamedWithTheReasonAndTheRestIsPlanned(string what, int value, VrptwRefusal reason)
    {
        var distance = Enumerable.Range(0, Nodes * Nodes).Select(arc => arc / Nodes == arc % Nodes ? 0 : 10).ToArray();
        int[] ready = [0, 0, 0, 0], due = [1000, 500, 500, 500], service = [0, 1, 1, 1], demand = [0, 1, 1, 1];
        switch (what)
        {
            case "there": distance[2] = value; break;
            case "back": distance[2 * Nodes] = value; break;
            case "ready": ready[2] = value; break;
            case "due": due[2] = value; break;
            case "service": service[2] = value; break;
            default: demand[2] = value; break;
        }
        var problem = new VrptwProblem(distance, distance, ready, due, service, demand, 10, 3);

        var solution = VrptwSolver.Solve(problem, new VrptwOptions { MaxIterations = 50, Deadline = TimeSpan.MaxValue });

        Assert.Equal([new VrptwUnserved(2, reason)], solution.Unserved);
        Assert.Equal([1, 3], solution.Routes.SelectMany(route => route).Order());
    }

    [Fact]
    public void Solve_RoadMissingBetweenTwoCustomers_PlanGoesRound()
    {
        var distance = Enumerable.Range(0, Nodes * Nodes).Select(arc => arc / Nodes == arc % Nodes ? 0 : 10).ToArray();
        for (var i = 1; i < Nodes; i++)
            for (var j = 1; j < Nodes; j++)
                if (i != j && (i, j) != (3, 1))
                    distance[(i * Nodes) + j] = -1;
        var problem = new VrptwProblem(distance, distance, new int[Nodes], [1000, 500, 500, 500], new int[Nodes], new int[Nodes], 10, 3);
        var solution = VrptwSolver.Solve(problem, new VrptwOptions { MaxIterations = 500, Deadline = TimeSpan.MaxValue });
        Assert.Empty(solution.Unserved);
        Assert.Equal(50, solution.Distance);
        Assert.Contains<int[]>([3, 1], solution.Routes);
    }

    [Fact]
    public void Solve_RoadMissingInOneMatrix_IsNotDriven()
    {
        var distance = Enumerable.Range(0, Nodes * Nodes).Select(arc => arc / Nodes == arc % Nodes ? 0 : 10).ToArray();
        var duration = (int[])distance.Clone();
        for (var i = 1; i < Nodes; i++)
            for (var j = 1; j < Nodes; j++)
                if (i != j)
                    distance[(i * Nodes) + j] = VrptwProblem.NoRoad;
        var problem = new VrptwProblem(distance, duration, new int[Nodes], [1000, 500, 500, 500], new int[Nodes], new int[Nodes], 10, 3);
        var solution = VrptwSolver.Solve(problem, new VrptwOptions { MaxIterations = 500, Deadline = TimeSpan.MaxValue });
        Assert.Equal((3, 60), (solution.Vehicles, solution.Distance));
    }

    [Fact]
    public void Solve_DepotThatIsNeverOpen_NamesEverybody()
    {
        var problem = new VrptwProblem(new int[4], new int[4], [10, 0], [5, 100], new int[2], new int[2], 1, 1);
        Assert.Equal([new VrptwUnserved(1, VrptwRefusal.WindowInsideOut)], VrptwSolver.Solve(problem, new VrptwOptions()).Unserved);
    }

    [Fact]
    public void Solve_NoCustomers_EmptyPlan()
    {
        var solution = VrptwSolver.Solve(new VrptwProblem([0], [0], [0], [10], [0], [0], 1, 1), new VrptwOptions());
        Assert.Empty(solution.Routes);
        Assert.Empty(solution.Unserved);
    }

    [Fact]
    public void Problem_ArraysThatDoNotFit_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => new VrptwProblem([], [], [], [], [], [], 1, 1));
        Assert.Throws<ArgumentException>(() => new VrptwProblem([0], [0], [0, 0], [10, 0], [0, 0], [0, 0], 1, 1));
        Assert.Throws<ArgumentException>(() => new VrptwProblem([0], [0], [0], [10, 0], [0], [0], 1, 1));
        Assert.Throws<ArgumentException>(() => new VrptwProblem(new int[9], new int[9], new int[3], new int[3], new int[3], [0, int.MaxValue, int.MaxValue], int.MaxValue, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VrptwProblem([0], [0], [0], [10], [0], [0], -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VrptwProblem([0], [0], [0], [10], [0], [0], 1, -1));
    }
}
