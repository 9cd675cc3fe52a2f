import type { Filter, GetProductsRequest } from '@aws-sdk/client-pricing'
import { AwsFault, type Call } from '../../wire/service.ts'
import { shortHash } from '../../world/ids.ts'
import type { Cloud } from '../cloud.ts'
import { paginate } from '../paginate.ts'
import { type Product, products } from './price-table.ts'

/** Where AWS serves its price list; other regions have no such endpoint. */
const ENDPOINTS = ['us-east-1', 'eu-central-1', 'ap-south-1']

const MOST = 100

/** Products of the world's region that match every filter, each as JSON text. @throws AwsFault InvalidParameterException */
export function getProducts({ world }: Cloud, input: GetProductsRequest, { region }: Call) {
  if (!ENDPOINTS.includes(region))
    throw invalid(`the price list is served in ${ENDPOINTS.join(', ')}, and not in ${region}`)
  const { Filters: filters = [], MaxResults: size = MOST } = input
  for (const { Type: type } of filters)
    if (type !== 'TERM_MATCH') throw invalid(`the local cloud knows filters of type TERM_MATCH, not ${type}`)
  const found = products(world.region).filter(
    (product) =>
      product.serviceCode === input.ServiceCode && filters.every((filter) => matches(product, filter)),
  )
  const page = paginate(found, size, input.NextToken, 'InvalidNextTokenException')
  return { FormatVersion: 'aws_v1', PriceList: page.items.map(entry), NextToken: page.next }
}

const invalid = (message: string) => new AwsFault('InvalidParameterException', message)

function matches({ family, attributes }: Product, { Field: field = '', Value: value }: Filter): boolean {
  return (field === 'productFamily' ? family : attributes[field]) === value
}

// AWS's codes of an on-demand offer and of its hourly rate.
const OFFER = 'JRTCKXETXF'
const RATE = '6YS6EN2CT7'

/** An entry of the list, as AWS writes it: a price is text with ten decimals, in a dimension of an offer of the product. */
function entry({ serviceCode, family, attributes, unit, usd }: Product): string {
  const sku = shortHash(`${serviceCode}/${Object.values(attributes).join('/')}`, 16).toUpperCase()
  const offer = `${sku}.${OFFER}`
  const rate = `${offer}.${RATE}`
  return JSON.stringify({
    product: {
      ...(family !== undefined && { productFamily: family }),
      attributes: { ...attributes, servicecode: serviceCode },
      sku,
    },
    serviceCode,
    terms: {
      OnDemand: {
        [offer]: {
          priceDimensions: {
            [rate]: {
              unit,
              beginRange: '0',
              endRange: 'Inf',
              description: 'A figure of the local cloud, not a price of AWS',
              rateCode: rate,
              pricePerUnit: { USD: usd.toFixed(10) },
            },
          },
          sku,
          offerTermCode: OFFER,
          termAttributes: {},
        },
      },
    },
  })
}
