/** The sample’s files in three versions: several languages, several kinds of conflict, one that only a person can decide. */
export interface SampleFile {
  readonly path: string;
  readonly base: string | null;
  /** On `main`; null: deleted there. */
  readonly left: string | null;
  /** On `feature`. */
  readonly right: string | null;
}

const price = (imports: string, body: string, label: string) => `${imports}

export interface Item {
  readonly name: string;
  readonly price: number;
}

export function total(items: readonly Item[], quantity: number): number {
${body}
}

export function label(item: Item): string {
${label}
}
`;

const pom = (version: string, junit: string) => `<project>
  <modelVersion>4.0.0</modelVersion>
  <artifactId>shop</artifactId>
  <version>${version}</version>
  <dependencies>
    <dependency>
      <groupId>org.junit</groupId>
      <artifactId>junit-bom</artifactId>
      <version>${junit}</version>
    </dependency>
  </dependencies>
</project>
`;

const java = (members: string) => `package shop;

public class Cart {
    private final Catalog catalog;

    public Cart(Catalog catalog) {
        this.catalog = catalog;
    }
${members}
}
`;

const python = (imports: string, rate: string) => `${imports}

RATE = ${rate}


def convert(amount):
    return amount * RATE
`;

const manifest = (version: string, dependencies: string) => `{
  "name": "shop",
  "version": "${version}",
  "dependencies": {
${dependencies}
  }
}
`;

export const sampleFiles: readonly SampleFile[] = [
  {
    path: 'src/price.ts',
    base: price(
      "import { sum } from './math';",
      '  return sum(items.map((item) => item.price)) * quantity;',
      '  return item.name;',
    ),
    left: price(
      "import { clamp, sum } from './math';",
      '  if (quantity < 0) throw new RangeError(`quantity ${quantity}`);\n  return clamp(sum(items.map((item) => item.price)) * quantity);',
      "  return 'Item ' + item.name;",
    ),
    right: price(
      "import { round, sum } from './math';",
      '  return sum(items.map((item) => item.price)) * quantity * discount(items);',
      '  return `${item.name} (${item.price})`;',
    ),
  },
  {
    path: 'src/shop/Cart.java',
    base: java(''),
    left: java('\n    public int size() {\n        return catalog.selected().size();\n    }'),
    right: java('\n    public boolean isEmpty() {\n        return catalog.selected().isEmpty();\n    }'),
  },
  {
    path: 'tools/rates.py',
    base: python('import json\nimport sys', '1.08'),
    left: python('import json\nimport os\nimport sys', '1.08'),
    right: python('import json\nimport re\nimport sys', '1.08'),
  },
  {
    path: 'package.json',
    base: manifest('1.2.0', '    "left-pad": "1.3.0",\n    "mathjs": "12.0.0"'),
    left: manifest('1.3.0', '    "left-pad": "1.3.0",\n    "mathjs": "12.4.1"'),
    right: manifest('1.2.1', '    "left-pad": "1.3.0",\n    "mathjs": "12.4.0"'),
  },
  { path: 'pom.xml', base: pom('1.2.0', '5.9.0'), left: pom('1.3.0', '5.9.0'), right: pom('1.2.1', '5.9.0') },
  {
    path: 'deploy/shop.yaml',
    base: 'service: shop\nreplicas: 2\nimage: shop:1.2.0\nport: 80\n',
    left: 'service: shop\nreplicas: 2\nimage: shop:1.3.0\nport: 80\n',
    right: 'service: shop\nreplicas: 2\nimage: shop:1.2.1\nport: 80\n',
  },
  {
    path: 'CHANGELOG.md',
    base: '# Changelog\n\n## Unreleased\n\n- First shop\n',
    left: '# Changelog\n\n## Unreleased\n\n- Negative quantities are refused\n- First shop\n',
    right: '# Changelog\n\n## Unreleased\n\n- Discounts for large carts\n- First shop\n',
  },
  {
    path: 'src/format.js',
    base: 'function format(n) {\n  if (n > 9) {\n    return String(n);\n  }\n  return "0" + n;\n}\n',
    left: 'function format(n) {\n    if (n > 9) {\n        return String(n);\n    }\n    return "0" + n;\n}\n',
    right: 'function format(n) {\n  if (n > 99) {\n    return String(n);\n  }\n  return "00" + n;\n}\n',
  },
  {
    path: 'src/legacy.js',
    base: 'exports.tax = (n) => n * 0.19;\n',
    left: null,
    right: 'exports.tax = (n) => n * 0.16;\n',
  },
];
