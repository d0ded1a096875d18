using System.Xml.Linq;
using CsCheck;
using EServices.Dispatch.Routing;
using EServices.Dispatch.Routing.Drawing;
using EServices.Dispatch.Routing.Planning;
using EServices.Routing.Tests.Support;

namespace EServices.Routing.Tests.Drawing;

public sealed class PlanDrawingTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Svg_AnyPlan_IsWellFormedAndShowsEveryStopAndTour() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var pool = RandomPools.Make(seed);
            var plan = Planner.Plan(pool, new PlanSettings(), new PlanLimits { Iterations = 50 }).Plan;
            var chance = new Random(seed);
            var options = new DrawingOptions("<A & B>", [.. Enumerable.Range(0, pool.Travel.Count).Select(_ => (33 + chance.NextDouble(), 74 + chance.NextDouble()))], []);
            var picture = XDocument.Parse(PlanDrawing.Svg(pool, plan, options)).Root!;
            // One circle stands in the legend.
            Assert.Equal(plan.Objective.Served + 1, picture.Descendants(Svg + "circle").Count());
            Assert.Equal(plan.Tours.Count(tour => tour.Stops.Count > 0), picture.Elements(Svg + "polyline").Count());
            Assert.Contains("<A & B>", picture.Elements(Svg + "text").Select(text => text.Value));
        }, iter: 100, threads: 1);

    [Fact]
    public void Svg_EmptyPlan_IsAPicture() =>
        Assert.Equal(Svg + "svg", XDocument.Parse(PlanDrawing.Svg(RandomPools.Make(1) with { Visits = [] }, Plan.Empty, new DrawingOptions("", [], []))).Root!.Name);
}
