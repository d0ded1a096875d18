using EServices.Dispatch.Routing.Vrptw;
using EServices.Dispatch.Routing.Vrptw.Files;

namespace EServices.Routing.Tests.Vrptw;

public sealed class ReaderTests
{
    private const string Solomon = """
        TINY

        VEHICLE
        NUMBER     CAPACITY
          2         10

        CUSTOMER
        CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE TIME

            0      0   0    0    0   100    0
            1      3   4    2    5    50   10
            2      1   1    3    0    60   10
        """;

    private const string Vrplib = """
        NAME : road
        TYPE : VRPTW
        DIMENSION : 3
        VEHICLES : 2
        CAPACITY : 10
        EDGE_WEIGHT_TYPE : EXPLICIT
        EDGE_WEIGHT_FORMAT : FULL_MATRIX
        EDGE_WEIGHT_SECTION
        0 5 9
        6 0 2
        1 8 0
        DEMAND_SECTION
        1 0
        2 4
        3 5
        TIME_WINDOW_SECTION
        1 0 100
        2 5 50
        3 0 60
        SERVICE_TIME_SECTION
        1 0
        2 10
        3 10
        DEPOT_SECTION
        1
        -1
        EOF
        """;

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Read_Solomon_HasEveryFigure(string newline)
    {
        var instance = VrptwReader.Read(Solomon.ReplaceLineEndings(newline).Replace("  ", "\t ", StringComparison.Ordinal) + newline + newline, "TINY");
        Assert.Equal((2, 10, 3), (instance.Vehicles, instance.Capacity, instance.Nodes));
        Assert.Equal([0, 1, 2], instance.Numbers);
        Assert.Equal([0, 2, 3], instance.Demand);
        Assert.Equal([0, 5, 0], instance.Ready);
        Assert.Equal([100, 50, 60], instance.Due);
        Assert.Equal([0, 10, 10], instance.Service);
        Assert.Equal(5, instance.Arc(0, 1), 12);
    }

    [Fact]
    public void ToProblem_BothArithmetics_CutAndRoundAsTheyPromise()
    {
        var instance = VrptwReader.Read(Solomon, "TINY");
        var truncated = instance.ToProblem(VrptwArithmetic.Truncated);
        Assert.Equal((50, 14, 100), (truncated.Distance[1], truncated.Distance[2], truncated.Service[1]));
        Assert.Same(truncated.Distance, truncated.Duration);
        var exact = instance.ToProblem(VrptwArithmetic.Exact);
        Assert.Equal((5000, 1414, 1415, 50_000), (exact.Distance[1], exact.Distance[2], exact.Duration[2], exact.Due[1]));
    }

    [Fact]
    public void Read_ExplicitMatrix_MayDifferByDirection()
    {
        var instance = VrptwReader.Read(Vrplib, "road");
        Assert.Equal((5, 6, 2, 8), (instance.Arc(0, 1), instance.Arc(1, 0), instance.Arc(1, 2), instance.Arc(2, 1)));
        var solution = VrptwSolver.Solve(instance.ToProblem(VrptwArithmetic.Truncated), new VrptwOptions { MaxIterations = 200, Deadline = TimeSpan.MaxValue });
        Assert.Equal([[1, 2]], solution.Routes);
        Assert.Equal(80, solution.Distance);
        var (verdict, faults) = VrptwCheck.Check(instance, solution.Routes, VrptwArithmetic.Truncated);
        Assert.Empty(faults);
        Assert.Equal(new VrptwVerdict(1, 8, 8, true), verdict);
    }

    [Theory]
    [InlineData("  2         10", "  2", "line 5: expected the number of vehicles")]
    [InlineData("  2         10", "  2.5     10", "line 5: the number of vehicles 2.5 is no whole number")]
    [InlineData("    1      3   4    2    5    50   10", "    1      3   4    2    5    50", "line 11: expected 7 values")]
    [InlineData("    1      3   4    2    5    50   10", "    1      3   x    2    5    50   10", "line 11: \"x\" is no number")]
    [InlineData("    2      1   1", "    1      1   1", "line 12: customer 1 stood already in line 11")]
    [InlineData("    2      1   1", "    what   1   1", "line 12: expected numbers")]
    [InlineData("VEHICLE", "CUSTOMER", "line 5: expected 7 values")]
    public void Read_BrokenSolomon_NamesTheLine(string good, string bad, string said)
    {
        var text = Solomon.Replace(good, bad, StringComparison.Ordinal);
        Assert.NotEqual(Solomon, text);
        Assert.Contains(said, Assert.Throws<FormatException>(() => VrptwReader.Read(text, "TINY")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DIMENSION : 3", "DIMENSION : x", "line 3: DIMENSION \"x\" is no whole number")]
    [InlineData("6 0 2\n", "", "has 6 values; 3 nodes need 9")]
    [InlineData("2 5 50", "2 5", "line 18: expected 3 values")]
    [InlineData("FULL_MATRIX", "LOWER_ROW", "line 7: EDGE_WEIGHT_FORMAT LOWER_ROW is not read")]
    public void Read_BrokenVrplib_NamesTheLine(string good, string bad, string said)
    {
        var text = Vrplib.ReplaceLineEndings("\n").Replace(good, bad, StringComparison.Ordinal);
        Assert.Contains(said, Assert.Throws<FormatException>(() => VrptwReader.Read(text, "road")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\n")]
    [InlineData("NAME\n\nVEHICLE\nNUMBER CAPACITY\n 1 1\nCUSTOMER\n")]
    [InlineData("\u0000\u0001\u0002")]
    public void Read_NothingInIt_IsRefused(string text) => Assert.Throws<FormatException>(() => VrptwReader.Read(text, "NAME"));

    [Fact]
    public void Check_PlansWithFaults_NamesEach()
    {
        var instance = VrptwReader.Read(Solomon, "TINY");
        Assert.Contains("customer 2 is visited 0 times, not 1", Faults([[1]]));
        Assert.Contains("customer 1 is visited 2 times, not 1", Faults([[1, 2, 1]]));
        Assert.Contains("route 1 names customer 7, which the file does not have", Faults([[7]]));
        Assert.Contains("there are 3 routes for 2 vehicles", Faults([[1], [2], []]));
        Assert.Contains("route 3 serves nobody", Faults([[1], [2], []]));
        var tight = VrptwReader.Read(Solomon.Replace("5    50   10", "5     5   10", StringComparison.Ordinal).Replace("  10\n", "  4\n", StringComparison.Ordinal), "TIGHT");
        var faults = VrptwCheck.Check(tight, [[2, 1]], VrptwArithmetic.Exact).Faults;
        Assert.Contains("route 1 reaches 1 at 15.020, after 5.000", faults);

        IReadOnlyList<string> Faults(int[][] routes) => VrptwCheck.Check(instance, routes, VrptwArithmetic.Exact).Faults;
    }
}
